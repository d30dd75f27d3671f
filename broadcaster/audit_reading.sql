-- name: page
-- As bytes: text that was damaged must be read too.
SELECT id, CAST(at AS BLOB), CAST(who AS BLOB), CAST(action AS BLOB), CAST(subject AS BLOB), CAST(detail AS BLOB)
FROM audit
WHERE (:before IS NULL OR id < :before)
    AND (:who = '' OR who = :who)
    AND (:action = '' OR action = :action OR substr(action, 1, length(:action) + 1) = :action || '.')
    AND (:subject = '' OR subject = :subject)
ORDER BY id DESC
LIMIT :most
