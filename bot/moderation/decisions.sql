-- name: cast
INSERT INTO vote (known_case, round, staff, verdict, scheme, sure, at)
VALUES (:case, :round, :staff, :verdict, :scheme, :sure, :now)

-- name: name
INSERT INTO named (known_case, round, staff, kind, value) VALUES (:case, :round, :staff, :kind, :value)

-- name: unclaim
DELETE FROM claim WHERE known_case = :case AND staff = :staff

-- name: unclaim_all
DELETE FROM claim WHERE known_case = :id

-- name: votes
SELECT staff, verdict, scheme, sure FROM vote WHERE known_case = :case AND round = :round ORDER BY at, staff

-- name: named
SELECT staff, kind, value FROM named WHERE known_case = :case AND round = :round

-- name: missing
UPDATE known_case SET missing = :missing WHERE id = :id

-- name: to_senior
UPDATE known_case SET state = 'senior', why = :why, missing = 0 WHERE id = :id

-- name: overtaken
-- A decision that nobody was told yet is told at no moment: the later one has come before it.
UPDATE decision SET tell_at = :tell_at WHERE known_case = :id AND tell_at > :now

-- name: decide
INSERT INTO decision (known_case, version, verdict, scheme, how, by, at, tell_at)
VALUES (:id, :version, :verdict, :scheme, :how, :by, :now, :tell_at)

-- name: judged
UPDATE known_case SET
    state = 'judged',
    why = NULL,
    missing = 0,
    verdict = :verdict,
    scheme = :scheme,
    version = :version,
    decided_at = :now,
    tell_at = :tell_at,
    gold = NULL,
    gold_scheme = NULL,
    gold_by = NULL
WHERE id = :id

-- name: scheme_of_reports
-- A segment of those who met a scheme holds nobody whose message was cleared.
UPDATE report SET scheme = CASE WHEN :verdict IN ('scam', 'doubtful') THEN coalesce(:scheme, scheme) END
WHERE known_case = :id AND withdrawn = 0
