-- name: add
INSERT INTO import_job (kind, name, suspect, taken_at, staff, asked_at, state, size)
VALUES (:kind, :name, :suspect, :taken_at, :staff, :now, 'queued', :size)

-- name: find
SELECT import_job.*, staff.name AS who FROM import_job JOIN staff ON staff.id = import_job.staff WHERE import_job.id = :id

-- name: latest
SELECT import_job.*, staff.name AS who FROM import_job JOIN staff ON staff.id = import_job.staff
WHERE :before IS NULL OR import_job.id < :before
ORDER BY import_job.id DESC LIMIT :most

-- name: begin
UPDATE import_job SET state = 'running' WHERE id = :id

-- name: advance
UPDATE import_job SET read = :read, rows = :rows, refused = :refused WHERE id = :id

-- name: end
UPDATE import_job SET
    state = :state, ended_at = :now, reason = :reason, counts = :counts,
    read = CASE :state WHEN 'done' THEN size ELSE read END,
    rows = coalesce(:rows, rows),
    refused = coalesce(:refused, refused)
WHERE id = :id

-- name: unended
SELECT id FROM import_job WHERE state IN ('queued', 'running') ORDER BY id
