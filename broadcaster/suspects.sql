-- name: add
INSERT INTO suspect (kind, value, scheme, source, organisation, first_seen, added_at, status, status_at)
SELECT :kind, :value, :scheme, :source, :organisation, :first_seen, :added_at, coalesce(other.status, 'active'), other.status_at
FROM (SELECT 1) LEFT JOIN (SELECT status, status_at FROM suspect WHERE kind = :kind AND value = :value LIMIT 1) AS other
WHERE true
ON CONFLICT (kind, value, source) DO UPDATE SET
    scheme = excluded.scheme,
    organisation = excluded.organisation,
    first_seen = min(first_seen, excluded.first_seen)

-- name: look_up
-- A private person's number is never confirmed to whoever asks: only one a public body named, or an organisation's, answers.
SELECT scheme FROM suspect
WHERE kind = :kind AND value = :value AND status <> 'cleared' AND (kind <> 'phone' OR source = 'public-body' OR organisation = 1)
ORDER BY CASE source WHEN 'public-body' THEN 0 WHEN 'staff' THEN 1 ELSE 2 END
LIMIT 1

-- name: identity
SELECT min(id) AS id FROM suspect WHERE kind = :kind AND value = :value

-- name: set_status
UPDATE suspect SET status = :status, status_at = CASE status WHEN :status THEN status_at ELSE :now END
WHERE kind = :kind AND value = :value

-- name: take_back
UPDATE suspect SET status = 'cleared', status_at = :now
WHERE kind = :kind AND value = :value AND status <> 'cleared' AND source = :source AND NOT EXISTS (
    SELECT 1 FROM suspect AS other WHERE other.kind = :kind AND other.value = :value AND other.source <> :source
)
