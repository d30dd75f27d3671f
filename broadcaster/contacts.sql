-- name: find
SELECT contact.id, contact.language, contact.language_chosen, contact.region, contact.created_at
FROM contact JOIN address ON address.contact = contact.id
WHERE address.hash = :hash
LIMIT 1

-- name: topics
SELECT topic FROM topic WHERE contact = :contact ORDER BY topic

-- name: last_id
-- No id is given twice: the ledger would hand a newcomer the messages of somebody who was forgotten.
SELECT max(
    coalesce((SELECT max(id) FROM contact), 0),
    coalesce((SELECT max(contact) FROM erased), 0)
) AS id

-- name: add_contact
INSERT INTO contact (id, created_at) VALUES (:id, :now)

-- name: add_address
INSERT INTO address (contact, channel, hash, value) VALUES (:contact, :channel, :hash, :value)
ON CONFLICT (hash, channel) DO UPDATE SET dead_at = NULL WHERE dead_at IS NOT NULL

-- name: mark_dead
UPDATE address SET dead_at = :now WHERE hash = :hash AND channel = :channel AND dead_at IS NULL

-- name: revive
UPDATE address SET dead_at = NULL WHERE hash = :hash AND channel = :channel AND dead_at IS NOT NULL

-- name: addresses
SELECT channel, value, hash FROM address WHERE contact = :contact ORDER BY id

-- name: choose_language
UPDATE contact SET language = :language, language_chosen = 1 WHERE id = :contact

-- name: notice_language
UPDATE contact SET language = :language WHERE id = :contact AND language_chosen = 0 AND language IS NOT :language

-- name: choose_region
UPDATE contact SET region = :region WHERE id = :contact

-- name: add_topic
INSERT INTO topic (contact, topic) VALUES (:contact, :topic) ON CONFLICT DO NOTHING

-- name: drop_topic
DELETE FROM topic WHERE contact = :contact AND topic = :topic

-- name: refuse_topic
INSERT INTO topic_refusal (contact, topic) VALUES (:contact, :topic) ON CONFLICT DO NOTHING

-- name: accept_topic
DELETE FROM topic_refusal WHERE contact = :contact AND topic = :topic

-- name: events
-- Whatever names an address has a message: so says the index, without which five million rows were read.
SELECT kind, topic, channel, door, at FROM consent_event
WHERE contact = :contact
    OR (message_id IS NOT NULL AND address IN (SELECT :hash UNION SELECT hash FROM address WHERE contact = :contact))
ORDER BY id

-- name: consents
SELECT kind, channel, origin, since FROM consent WHERE contact = :contact ORDER BY since, channel, kind

-- name: warnings_since
-- From the campaigns to the primary key, which CROSS JOIN insists on: deliveries have no index by contact.
SELECT count(*) AS n
FROM campaign CROSS JOIN delivery ON delivery.campaign = campaign.id AND delivery.contact = :contact
WHERE campaign.started_at IS NOT NULL
    AND delivery.state IN (:accepted, :delivered, :unknown)
    AND delivery.route / 4 <> :paper
    AND unixepoch(campaign.started_at) + delivery.second >= unixepoch(:since)

-- name: latest_suppression
SELECT state FROM suppression WHERE address = :hash ORDER BY id DESC LIMIT 1

-- name: cut_events
UPDATE consent_event SET contact = NULL, address = NULL, message_id = NULL
WHERE contact = :contact OR (address = :hash AND message_id IS NOT NULL)

-- name: erase
DELETE FROM contact WHERE id = :contact
