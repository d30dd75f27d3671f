-- name: scores
-- Right is the answer to a test question, else what a senior has said; neither proves anything of whoever said it, nor does what the
-- quorum alone decided. Of one's votes on a case the first counts: the later ones knew what became of it.
SELECT id, name, count(*) AS judged, sum(verdict = answer) AS hits, sum(round = 0) AS tests
FROM (
    SELECT
        staff.id,
        staff.name,
        vote.verdict,
        vote.round,
        coalesce(CASE WHEN known_case.gold_by IS NOT vote.staff THEN known_case.gold END, decision.verdict) AS answer
    FROM vote
    JOIN known_case ON known_case.id = vote.known_case AND known_case.state = 'judged'
    JOIN staff ON staff.id = vote.staff
    JOIN volunteer ON volunteer.staff = vote.staff AND volunteer.left_at IS NULL
    LEFT JOIN decision
        ON decision.known_case = known_case.id AND decision.version = known_case.version
        AND decision.how = 'senior' AND decision.by <> vote.staff
    WHERE staff.active AND NOT EXISTS (
        SELECT 1 FROM vote AS earlier
        WHERE earlier.known_case = vote.known_case AND earlier.round < vote.round AND earlier.staff = vote.staff
    )
) AS compared
WHERE answer IS NOT NULL
GROUP BY id, name

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
