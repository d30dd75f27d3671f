-- name: keep
INSERT INTO credential (staff, password, totp, last_step, since) VALUES (:staff, :password, :totp, :step, :since)
ON CONFLICT (staff) DO UPDATE SET
    password = excluded.password, totp = excluded.totp, last_step = excluded.last_step, since = excluded.since

-- name: take
-- The guard is the whole point: of two who bring the same code one finds no row.
UPDATE credential SET last_step = :step, password = coalesce(:fresh, password)
WHERE staff = :staff AND password = :password AND last_step < :step AND EXISTS (SELECT 1 FROM staff WHERE id = :staff AND active)

-- name: change_password
UPDATE credential SET password = :after
WHERE staff = :staff AND password = :before AND EXISTS (SELECT 1 FROM staff WHERE id = :staff AND active)

-- name: forget
DELETE FROM credential WHERE staff = :staff
