-- name: others
SELECT report.id AS report, report.scheme, question.text
FROM report JOIN question ON question.id = report.question
WHERE report.known_case = :id AND report.verbatim = 0 AND report.wants_answer = 1 AND report.told_version = 0
    AND report.withdrawn = 0

-- name: move
-- Whoever asked about those words too may have a report there already.
UPDATE OR IGNORE report SET known_case = :case, verbatim = :verbatim WHERE id = :report

-- name: untell
-- What came of telling the other case's decisions is nothing to this one's: they count from one again.
DELETE FROM telling WHERE report = :report

-- name: owe
-- Where they were moved, all may have been told already.
UPDATE decision SET owed = 1 WHERE known_case = :case
