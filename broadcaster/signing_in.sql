-- name: claim
SELECT staff.id, staff.name, staff.role, credential.password, credential.totp
FROM staff JOIN credential ON credential.staff = staff.id
WHERE staff.name = :name AND staff.active
