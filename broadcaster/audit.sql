-- name: head
SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1

-- name: append
INSERT INTO audit (id, at, who, action, subject, detail, hash) VALUES (:id, :at, :who, :action, :subject, :detail, :hash)

-- name: all
-- As bytes: text that was damaged must be read too, to be told from what was written.
SELECT
    id,
    CAST(at AS BLOB),
    CAST(who AS BLOB),
    CAST(action AS BLOB),
    CAST(subject AS BLOB),
    CAST(detail AS BLOB),
    hash
FROM audit ORDER BY id
