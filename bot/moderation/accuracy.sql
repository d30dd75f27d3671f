-- name: scores
-- Right is what is known for certain, else what another, a senior, has said. What the quorum alone decided proves nothing.
SELECT
    staff.id,
    staff.name,
    count(*) AS judged,
    sum(vote.verdict = coalesce(known_case.gold, decision.verdict)) AS hits
FROM vote
JOIN known_case ON known_case.id = vote.known_case
JOIN staff ON staff.id = vote.staff
JOIN volunteer ON volunteer.staff = vote.staff AND volunteer.left_at IS NULL
LEFT JOIN decision
    ON decision.known_case = known_case.id AND decision.version = known_case.version
    AND decision.how = 'senior' AND decision.by <> vote.staff
WHERE staff.active AND (known_case.gold IS NOT NULL OR (known_case.state = 'judged' AND decision.verdict IS NOT NULL))
GROUP BY staff.id

-- name: opinions
-- How often each answer was given to each of the cases judged last, in its last round.
SELECT vote.known_case, vote.verdict, count(*) AS n
FROM (
    SELECT id, round FROM known_case INDEXED BY known_case_judged
    WHERE state = 'judged'
    ORDER BY decided_at DESC
    LIMIT :most
) AS judged
JOIN vote ON vote.known_case = judged.id AND vote.round = judged.round
GROUP BY vote.known_case, vote.verdict
