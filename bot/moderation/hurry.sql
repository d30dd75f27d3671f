-- name: count
INSERT INTO hurry (staff, hour, done) VALUES (:staff, :hour, 1)
ON CONFLICT (staff) DO UPDATE SET done = CASE WHEN hurry.hour = :hour THEN hurry.done + 1 ELSE 1 END, hour = :hour
RETURNING done
