-- name: add
INSERT INTO staff (name, role, added_at) VALUES (:name, :role, :added_at) ON CONFLICT (name) DO NOTHING

-- name: find
SELECT id, name, role FROM staff WHERE name = :name
