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
SELECT staff_address.staff FROM staff_address JOIN staff ON staff.id = staff_address.staff
WHERE staff_address.channel = :channel AND staff_address.guest = 1 AND staff.active = 1 AND staff.id <> :but
ORDER BY staff.id
LIMIT :most
