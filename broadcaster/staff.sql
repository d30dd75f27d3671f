-- name: add
INSERT INTO staff (name, role, added_at) VALUES (:name, :role, :added_at) ON CONFLICT (name) DO NOTHING

-- name: find
SELECT id, name, role FROM staff WHERE name = :name AND active

-- name: with_id
SELECT id, name, role FROM staff WHERE id = :id AND active

-- name: every
WITH signed_in AS (SELECT subject, max(at) AS at FROM audit WHERE action = 'staff.sign-in' GROUP BY subject)
SELECT
    staff.id, staff.name, staff.role, staff.active, staff.added_at,
    credential.staff IS NOT NULL AS enrolled,
    (SELECT max(expires_at) FROM invitation WHERE invitation.staff = staff.id AND expires_at > :now) AS invited_until,
    signed_in.at AS last_sign_in
FROM staff
LEFT JOIN credential ON credential.staff = staff.id
LEFT JOIN signed_in ON signed_in.subject = 'staff ' || staff.id
ORDER BY staff.active DESC, staff.name
