-- name: addresses
SELECT own.channel, own.value, own.dead_at, /*silenced*/ AS silenced, latest.door, latest.at
FROM address AS own
LEFT JOIN suppression AS latest ON latest.id = (SELECT max(said.id) FROM suppression AS said WHERE said.address = own.hash)
WHERE own.contact = :contact
ORDER BY own.id

-- name: unmet
-- Of nobody we keep a contact of: forgotten, or never met.
SELECT NULL AS channel, NULL AS value, NULL AS dead_at, latest.state IS 'stopped' AS silenced, latest.door, latest.at
FROM (SELECT 1)
LEFT JOIN suppression AS latest ON latest.id = (SELECT max(said.id) FROM suppression AS said WHERE said.address = :hash)

-- name: refused
SELECT topic FROM topic_refusal WHERE contact = :contact ORDER BY topic
