-- name: of
SELECT channel, value FROM staff_address WHERE staff = :staff

-- name: keep
INSERT INTO staff_address (staff, channel, value) VALUES (:staff, :channel, :value)
ON CONFLICT (staff, channel) DO UPDATE SET value = excluded.value

-- name: remove
DELETE FROM staff_address WHERE staff = :staff AND channel = :channel
