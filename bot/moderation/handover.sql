-- name: confirmed
-- What stands by the latest decision of its case: not one that is looked at again, nor one whose review time is not over. A private
-- person's number is never handed over, and nothing that was cleared or is down already.
SELECT
    listed.kind, listed.value, known_case.text, known_case.first_seen, known_case.sightings, decision.at AS decided_at, decision.how,
    coalesce(decision.scheme, known_case.scheme_said, suspect.scheme) AS scheme
FROM listed
JOIN known_case ON known_case.id = listed.known_case AND known_case.version = listed.version AND known_case.state = 'judged'
JOIN decision ON decision.known_case = listed.known_case AND decision.version = listed.version
JOIN suspect ON suspect.id = (
    SELECT min(named.id) FROM suspect AS named
    WHERE named.kind = listed.kind AND named.value = listed.value AND named.status = 'active'
        AND (named.kind <> 'phone' OR named.source = 'public-body' OR named.organisation = 1)
)
WHERE decision.verdict = 'scam' AND decision.how IN ('quorum', 'senior') AND decision.tell_at <= :now
ORDER BY decision.at, listed.kind, listed.value
