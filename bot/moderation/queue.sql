-- name: held
SELECT known_case.id, claim.until
FROM claim JOIN known_case ON known_case.id = claim.known_case
WHERE claim.staff = :staff AND claim.passed = 0 AND claim.until > :now AND (known_case.state = 'open' OR known_case.gold IS NOT NULL)
LIMIT 1

-- name: next
-- Along the index of those that wait: the first that wants more votes than are being thought about, and not one of mine.
SELECT id FROM known_case INDEXED BY known_case_waiting
WHERE state = 'open'
    AND NOT EXISTS (
        SELECT 1 FROM vote
        WHERE vote.known_case = known_case.id AND vote.round = known_case.round AND vote.staff = :staff
    )
    AND NOT EXISTS (
        SELECT 1 FROM claim
        WHERE claim.known_case = known_case.id AND claim.staff = :staff AND claim.passed = 1 AND claim.until > :now
    )
    AND missing > (
        SELECT count(*) FROM claim
        WHERE claim.known_case = known_case.id AND claim.staff <> :staff AND claim.passed = 0 AND claim.until > :now
    )
ORDER BY turn
LIMIT 1

-- name: claim
INSERT INTO claim (known_case, staff, until, lent) VALUES (:case, :staff, :until, :lent)
ON CONFLICT (known_case, staff) DO UPDATE SET until = :until, passed = 0, lent = :lent

-- name: pass_on
-- Of what waits for votes, and of what was put to them: nobody keeps a judged case away from themselves.
INSERT INTO claim (known_case, staff, until, passed) SELECT id, :staff, :until, 1 FROM known_case
WHERE id = :case
    AND (state = 'open' OR EXISTS (SELECT 1 FROM claim WHERE claim.known_case = known_case.id AND claim.staff = :staff))
ON CONFLICT (known_case, staff) DO UPDATE SET until = :until, passed = 1

-- name: for_senior
SELECT id, text, language, sightings, first_seen, why, version FROM known_case INDEXED BY known_case_for_senior
WHERE state = 'senior'
ORDER BY turn
LIMIT :most OFFSET :after

-- name: waiting
SELECT
    (SELECT count(*) FROM known_case WHERE state = 'open') AS open,
    (SELECT count(*) FROM known_case WHERE state = 'senior') AS senior,
    (SELECT min(opened_at) FROM known_case WHERE state <> 'judged') AS oldest

-- name: latest
SELECT known_case.first_seen, decision.tell_at
FROM decision INDEXED BY decision_by_time JOIN known_case ON known_case.id = decision.known_case
WHERE decision.version = 1
ORDER BY decision.tell_at DESC
LIMIT :most
