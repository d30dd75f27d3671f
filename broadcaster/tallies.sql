-- name: shift
INSERT INTO tally (campaign, route, state, n) VALUES (?, ?, ?, ?)
ON CONFLICT (campaign, route, state) DO UPDATE SET n = n + excluded.n

-- name: fill
INSERT INTO tally (campaign, route, state, n)
SELECT campaign, route, state, count(*) FROM delivery WHERE campaign = :campaign GROUP BY route, state

-- name: sum
SELECT coalesce(sum(n), 0) AS n FROM tally WHERE campaign = :campaign
