-- name: add_event
INSERT INTO consent_event (contact, address, kind, channel, topic, door, message_id, at)
VALUES (:contact, :address, :kind, :channel, :topic, :door, :message_id, :at)
ON CONFLICT (address, door, message_id, kind, topic) WHERE message_id IS NOT NULL DO NOTHING

-- name: was_obeyed
SELECT 1 FROM consent_event WHERE address = :address AND door = :door AND message_id = :message_id LIMIT 1

-- name: latest_suppression
SELECT state FROM suppression WHERE address = :address ORDER BY id DESC LIMIT 1

-- name: add_suppression
INSERT INTO suppression (address, state, door, at) VALUES (:address, :state, :door, :at)

-- name: grant
INSERT INTO consent (contact, kind, channel, origin, since) VALUES (:contact, :kind, :channel, :origin, :since)
ON CONFLICT DO NOTHING
