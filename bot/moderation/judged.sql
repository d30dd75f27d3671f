-- name: latest
SELECT * FROM known_case INDEXED BY known_case_judged
WHERE state = 'judged' AND (:ruling IS NULL OR verdict = :ruling)
ORDER BY decided_at DESC
LIMIT :most OFFSET :after

-- name: texts
SELECT id, text FROM known_case INDEXED BY known_case_judged
WHERE state = 'judged'
ORDER BY decided_at DESC
LIMIT :most

-- name: decisions
SELECT decision.version, decision.verdict, decision.scheme, decision.how, decision.at, staff.name
FROM decision LEFT JOIN staff ON staff.id = decision.by
WHERE decision.known_case = :case
ORDER BY decision.version DESC

-- name: listed
SELECT kind, value FROM listed WHERE known_case = :case AND version = :version

-- name: reports
-- Who sent them is read by nobody: `can_be_blocked` where it is still known.
SELECT
    report.id, report.kind, report.door, report.language, report.at, report.withdrawn,
    report.asker IS NOT NULL AS can_be_blocked,
    EXISTS (SELECT 1 FROM blocked_reporter WHERE blocked_reporter.asker = report.asker) AS blocked
FROM report
WHERE report.known_case = :case
ORDER BY report.id DESC
LIMIT :most
