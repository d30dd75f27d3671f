-- name: of
SELECT channel, value FROM staff_address WHERE staff = :staff

-- name: keep
INSERT INTO staff_address (staff, channel, value) VALUES (:staff, :channel, :value)
ON CONFLICT (staff, channel) DO UPDATE SET value = excluded.value, guest = guest AND value = excluded.value

-- name: remove
DELETE FROM staff_address WHERE staff = :staff AND channel = :channel

-- name: guest_at
SELECT channel FROM staff_address WHERE staff = :staff AND guest = 1

-- name: welcome
UPDATE staff_address SET guest = :guest WHERE staff = :staff AND channel = :channel AND guest <> :guest

-- name: guests
-- Whoever left the staff has no address any more.
SELECT staff FROM staff_address WHERE channel = :channel AND guest = 1 AND staff <> :but ORDER BY staff LIMIT :most
