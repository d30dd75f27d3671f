-- name: was
SELECT 1 FROM answered WHERE door = :door AND message_id = :message_id

-- name: record
INSERT OR IGNORE INTO answered (door, message_id, at) VALUES (:door, :message_id, :now)

-- name: delete_old
DELETE FROM answered WHERE at < :before
