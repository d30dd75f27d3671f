-- name: with_unknowns
-- Campaigns in which a message of a channel that can be asked is unknown.
SELECT DISTINCT campaign.id
FROM campaign JOIN tally ON tally.campaign = campaign.id
WHERE campaign.started_at >= :since AND campaign.state <> 'cancelled'
    AND tally.state = 7 AND tally.n > 0 AND tally.route / 4 IN (SELECT value FROM json_each(:channels))
ORDER BY campaign.id
