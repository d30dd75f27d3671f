-- name: is_locked
SELECT 1 FROM failed_sign_in WHERE name = :name AND n >= :most AND last_at > :after

-- name: count
-- Whoever has waited the lock out begins anew.
INSERT INTO failed_sign_in (name, n, last_at) VALUES (:name, 1, :now)
ON CONFLICT (name) DO UPDATE SET n = CASE WHEN n >= :most THEN 1 ELSE n + 1 END, last_at = :now
RETURNING n

-- name: forget
DELETE FROM failed_sign_in WHERE name = :name OR last_at <= :before
