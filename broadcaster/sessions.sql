-- name: begin
INSERT INTO session (hash, staff, began_at, seen_at) VALUES (:hash, :staff, :now, :now)

-- name: find
SELECT staff.id, staff.name, staff.role, session.seen_at FROM session JOIN staff ON staff.id = session.staff
WHERE session.hash = :hash AND session.began_at > :began_after AND session.seen_at > :seen_after AND staff.active

-- name: see
UPDATE session SET seen_at = :now WHERE hash = :hash

-- name: end
DELETE FROM session WHERE hash = :hash

-- name: end_of_staff
DELETE FROM session WHERE staff = :staff

-- name: sweep
DELETE FROM session WHERE began_at <= :began_after OR seen_at <= :seen_after
