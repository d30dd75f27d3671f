-- name: deliveries
-- Of campaigns that go on; kept counts.
SELECT tally.route, tally.state, sum(tally.n) AS n
FROM campaign JOIN tally ON tally.campaign = campaign.id
WHERE campaign.state IN ('sending', 'paused')
GROUP BY tally.route / 4, tally.state

-- name: campaigns
SELECT state, count(*) AS n FROM campaign GROUP BY state

-- name: unknown
-- Kept counts of all campaigns: a hundred rows each at the most.
SELECT coalesce(sum(n), 0) AS n FROM tally WHERE state = :unknown

-- name: suppressions_after
SELECT id, state, at FROM suppression WHERE id > :last ORDER BY id DESC
