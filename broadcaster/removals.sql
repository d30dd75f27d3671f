-- name: named
-- The latest first; sites and organisations, handles and telephones of organisations. Nobody's own page or number.
SELECT min(id) AS id, kind, value, scheme, status, coalesce(status_at, added_at) AS at
FROM suspect
WHERE status <> 'active'
GROUP BY kind, value
HAVING (kind IN ('link', 'organisation') OR (kind IN ('handle', 'phone') AND max(organisation) = 1))
    AND (:before IS NULL OR (coalesce(status_at, added_at), min(id)) < (
        SELECT coalesce(last.status_at, last.added_at), last.id FROM suspect AS last WHERE last.id = :before
    ))
ORDER BY at DESC, min(id) DESC
LIMIT :most

-- name: unnamed
SELECT count(*) AS n FROM (
    SELECT 1 FROM suspect WHERE status <> 'active'
    GROUP BY kind, value
    HAVING NOT (kind IN ('link', 'organisation') OR (kind IN ('handle', 'phone') AND max(organisation) = 1))
)
