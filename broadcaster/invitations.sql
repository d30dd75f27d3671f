-- name: void
DELETE FROM invitation WHERE staff = :staff

-- name: invite
INSERT INTO invitation (hash, staff, totp, expires_at) VALUES (:hash, :staff, :totp, :expires_at)

-- name: find
SELECT staff.id, staff.name, staff.role, invitation.totp FROM invitation JOIN staff ON staff.id = invitation.staff
WHERE invitation.hash = :hash AND invitation.expires_at > :now AND staff.active
