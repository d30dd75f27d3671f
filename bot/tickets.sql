-- name: remember
INSERT INTO question (asker, door, text, language, level, scheme, asked_at)
VALUES (:asker, :door, :text, :language, :level, :scheme, :now)

-- name: mark
UPDATE question SET useful = :useful WHERE id = :id AND asker = :asker

-- name: keep
UPDATE question SET kept_as = :kept_as, kept_at = :now, opinion = coalesce(:opinion, opinion) WHERE id = :id AND asker = :asker
RETURNING text, language, scheme

-- name: is_askers
SELECT text FROM question WHERE id = :id AND asker = :asker

-- name: kept
SELECT count(*) AS kept FROM question WHERE asker = :asker AND kept_as IS NOT NULL

-- name: forget
DELETE FROM question WHERE asker = :asker

-- name: delete_old
DELETE FROM question WHERE asked_at < :before AND kept_as IS NULL
