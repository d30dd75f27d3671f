-- name: find
SELECT contact.id, contact.language, contact.language_chosen, contact.region, contact.created_at
FROM contact JOIN address ON address.contact = contact.id
WHERE address.hash = :hash
LIMIT 1

-- name: topics
SELECT topic FROM topic WHERE contact = :contact ORDER BY topic

-- name: add_contact
INSERT INTO contact (created_at) VALUES (:now)

-- name: add_address
INSERT INTO address (contact, channel, hash, value) VALUES (:contact, :channel, :hash, :value)
ON CONFLICT (hash, channel) DO NOTHING

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

-- name: events
SELECT kind, topic, channel, door, at FROM consent_event WHERE address = :hash OR contact = :contact ORDER BY id

-- name: latest_suppression
SELECT state FROM suppression WHERE address = :hash ORDER BY id DESC LIMIT 1

-- name: cut_events
UPDATE consent_event SET contact = NULL, address = NULL, message_id = NULL
WHERE contact = :contact OR (address = :hash AND message_id IS NOT NULL)

-- name: erase
DELETE FROM contact WHERE id = :contact
