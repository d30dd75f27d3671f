-- name: holder
SELECT staff FROM volunteer WHERE telegram = :telegram AND staff <> :staff

-- name: enrol
INSERT INTO volunteer (staff, telegram, senior, since) VALUES (:staff, :telegram, :senior, :now)
ON CONFLICT (staff) DO UPDATE SET senior = :senior, telegram = coalesce(:telegram, telegram), left_at = NULL

-- name: leave
UPDATE volunteer SET left_at = :now, telegram = NULL WHERE staff = :staff AND left_at IS NULL

-- name: with_telegram
SELECT staff.id, staff.name, staff.role
FROM volunteer JOIN staff ON staff.id = volunteer.staff
WHERE volunteer.telegram = :telegram AND volunteer.left_at IS NULL AND staff.active AND staff.role IN ('moderator', 'admin')

-- name: seniority
SELECT volunteer.senior
FROM volunteer JOIN staff ON staff.id = volunteer.staff
WHERE volunteer.staff = :staff AND volunteer.left_at IS NULL AND staff.active AND staff.role IN ('moderator', 'admin')

-- name: anybody
SELECT 1
FROM volunteer JOIN staff ON staff.id = volunteer.staff
WHERE volunteer.left_at IS NULL AND staff.active
LIMIT 1
