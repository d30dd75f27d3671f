-- name: change_role
UPDATE staff SET role = :role WHERE id = :id

-- name: leave
UPDATE staff SET active = 0 WHERE id = :id

-- name: forget_invitations
DELETE FROM invitation WHERE staff = :id

-- name: forget_addresses
DELETE FROM staff_address WHERE staff = :id

-- name: is_last_admin
-- Whoever never chose a password lets nobody in: they do not count, and may go.
SELECT 1 FROM credential WHERE staff = :id AND NOT EXISTS (
    SELECT 1 FROM staff JOIN credential AS other ON other.staff = staff.id
    WHERE staff.role = 'admin' AND staff.active AND staff.id <> :id
)
