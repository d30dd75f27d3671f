-- name: campaign
SELECT code, name, state, reason, audience, started_at, ended_at, spent, budget FROM campaign WHERE id = :campaign

-- name: tallies
SELECT route, state, n FROM tally WHERE campaign = :campaign AND n <> 0 ORDER BY route, state

-- name: opt_outs
SELECT route, count(*) AS n FROM opt_out WHERE campaign = :campaign GROUP BY route

-- name: reasons
SELECT reason, count(*) AS n FROM attempt WHERE campaign = :campaign AND reason <> '' GROUP BY reason ORDER BY n DESC, reason

-- name: waiting
SELECT count(*) AS n FROM waiting WHERE campaign = :campaign
