-- name: kept
SELECT DISTINCT text FROM question WHERE asker = :asker AND kept_as IS NOT NULL

-- name: anothers
-- Somebody else wrote exactly so and let us keep it.
SELECT 1
FROM report JOIN question ON question.asker = report.asker AND question.kept_as IS NOT NULL
WHERE report.known_case = :case AND report.asker <> :asker AND question.text = :text
LIMIT 1

-- name: others
SELECT report.id AS report, question.text, question.language
FROM report JOIN question ON question.id = report.question AND question.kept_as IS NOT NULL
WHERE report.known_case = :case AND report.asker <> :asker AND report.withdrawn = 0
ORDER BY report.id

-- name: unlearn
DELETE FROM phrase WHERE known_case = :case

-- name: blank_cards
-- As of a case that was erased; the group gets a new one while it waits.
UPDATE card SET known_case = NULL WHERE known_case = :case

-- name: unclaim
DELETE FROM claim WHERE known_case = :case

-- name: none_verbatim
UPDATE report SET verbatim = 0 WHERE known_case = :case

-- name: verbatim
UPDATE report SET verbatim = 1 WHERE id = :report
