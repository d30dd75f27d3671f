-- name: replaced
SELECT reason, count(*) AS n FROM attempt
WHERE campaign = :campaign AND contact IN (SELECT value FROM json_each(:contacts)) AND channel = :channel AND second = :second
    AND reason <> ''
GROUP BY reason

-- name: note
INSERT INTO attempt (campaign, contact, channel, second, reference, reason) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (campaign, contact, channel, second) DO UPDATE SET
    reference = CASE WHEN excluded.reference = '' THEN reference ELSE excluded.reference END,
    reason = CASE WHEN excluded.reason = '' THEN reason ELSE excluded.reason END

-- name: count
INSERT INTO reason_tally (campaign, reason, n) VALUES (?, ?, ?)
ON CONFLICT (campaign, reason) DO UPDATE SET n = n + excluded.n

-- name: reasons
SELECT reason, n FROM reason_tally WHERE campaign = :campaign AND n > 0 ORDER BY n DESC, reason
