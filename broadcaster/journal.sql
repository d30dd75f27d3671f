-- name: end_lease
DELETE FROM lease WHERE id = :lease AND record = :record

-- name: work
-- Queued people count as due since ever, once their canary waits no more.
SELECT id, emergency, at FROM (
    SELECT
        campaign.id,
        campaign.emergency,
        CASE
            WHEN (
                SELECT sum(tally.n) FROM tally
                WHERE tally.campaign = campaign.id AND tally.state = 0 AND tally.route BETWEEN :channel * 4 AND :channel * 4 + 3
            ) > 0 AND (
                EXISTS (SELECT 1 FROM progress WHERE progress.campaign = campaign.id AND progress.channel = :channel)
                OR NOT EXISTS (
                    SELECT 1 FROM due
                    WHERE due.campaign = campaign.id AND due.channel = :channel AND due.tries = 0
                        AND NOT EXISTS (SELECT 1 FROM waiting WHERE waiting.campaign = due.campaign AND waiting.contact = due.contact)
                )
            ) THEN 0
            ELSE (SELECT min(due.at) FROM due WHERE due.campaign = campaign.id AND due.channel = :channel)
        END AS at
    FROM campaign WHERE campaign.state = 'sending'
)
WHERE at IS NOT NULL
ORDER BY id

-- name: is_open
SELECT EXISTS (SELECT 1 FROM lease WHERE lease.campaign = :campaign)
    OR EXISTS (SELECT 1 FROM due WHERE due.campaign = :campaign)
    OR EXISTS (SELECT 1 FROM tally WHERE tally.campaign = :campaign AND tally.state IN (0, 1) AND tally.n > 0)
