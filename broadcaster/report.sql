-- name: campaign
SELECT code, name, state, reason, audience, waiting_group, started_at, ended_at, spent, budget FROM campaign WHERE id = :campaign

-- name: tallies
SELECT route, state, n FROM tally WHERE campaign = :campaign AND n <> 0 ORDER BY route, state

-- name: opt_outs
SELECT route, sum(n) AS n FROM opt_out_by_hour WHERE campaign = :campaign GROUP BY route
