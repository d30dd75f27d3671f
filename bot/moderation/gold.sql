-- name: use
UPDATE known_case SET gold = verdict, gold_scheme = scheme, gold_by = :staff WHERE id = :case AND gold IS NULL

-- name: drop
UPDATE known_case SET gold = NULL, gold_scheme = NULL, gold_by = NULL WHERE id = :case AND gold IS NOT NULL

-- name: is_used
SELECT gold IS NOT NULL AS used FROM known_case WHERE id = :case

-- name: due
-- Each volunteer meets them in an order of their own, after the first at a place of their own in every `every` votes. Put to nobody
-- twice, nor to whoever had a part in the answer.
SELECT id FROM known_case INDEXED BY known_case_gold
WHERE gold IS NOT NULL
    AND (
        SELECT n % :every = iif(n < :every, :place, (n / :every * 7919 + :staff * 104729) % 65521 % :every)
        FROM (SELECT count(*) AS n FROM vote WHERE staff = :staff)
    )
    AND NOT EXISTS (
        SELECT 1 FROM claim JOIN known_case AS put ON put.id = claim.known_case
        WHERE claim.staff = :staff AND claim.until > :now AND put.gold IS NOT NULL
    )
    AND gold_by <> :staff
    AND id NOT IN (SELECT known_case FROM vote WHERE staff = :staff)
    AND NOT EXISTS (SELECT 1 FROM claim WHERE claim.known_case = known_case.id AND claim.staff = :staff)
    AND NOT EXISTS (SELECT 1 FROM decision WHERE decision.known_case = known_case.id AND decision.by = :staff)
ORDER BY (id * 7919 + :staff * 104729) % 65521
LIMIT 1

-- name: asked
SELECT
    coalesce(lender.sightings, known_case.sightings) AS sightings,
    coalesce(lender.first_seen, known_case.first_seen) AS first_seen
FROM claim
JOIN known_case ON known_case.id = claim.known_case
LEFT JOIN known_case AS lender ON lender.id = claim.lent
WHERE claim.known_case = :case AND claim.staff = :staff AND claim.passed = 0 AND claim.until > :now
    AND known_case.gold IS NOT NULL

-- name: all_asked
SELECT known_case.id FROM claim JOIN known_case ON known_case.id = claim.known_case
WHERE claim.staff = :staff AND claim.passed = 0 AND claim.until > :now AND known_case.gold IS NOT NULL

-- name: answered
SELECT vote.staff, vote.verdict, vote.scheme, vote.sure FROM vote JOIN known_case ON known_case.id = vote.known_case
WHERE vote.known_case = :case AND vote.round = 0 AND vote.staff = :staff AND known_case.gold IS NOT NULL

-- name: answered_in
SELECT vote.staff, vote.verdict, vote.scheme, vote.sure
FROM volunteer
JOIN vote ON vote.staff = volunteer.staff AND vote.known_case = :case AND vote.round = 0
JOIN known_case ON known_case.id = vote.known_case
WHERE volunteer.telegram = :chat AND known_case.gold IS NOT NULL

-- name: take_back
UPDATE claim SET passed = 1 WHERE known_case = :case AND staff = :staff
