-- name: list
-- One line for all rows of a suspect. A private person's number is in no list: neither a public body named it nor is it an
-- organisation's.
SELECT min(suspect.id) AS id, suspect.kind, suspect.value, suspect.scheme, group_concat(suspect.source) AS sources,
    suspect.status, suspect.status_at, min(suspect.first_seen) AS first_seen, 0 AS private, last.followers, last.taken_at AS seen_at
FROM suspect
LEFT JOIN snapshot AS last ON last.id = (
    SELECT snapshot.id FROM snapshot
    WHERE snapshot.whole = 1 AND snapshot.suspect = (
        SELECT min(same.id) FROM suspect AS same WHERE same.kind = suspect.kind AND same.value = suspect.value
    )
    ORDER BY snapshot.taken_at DESC LIMIT 1
)
WHERE (:kind IS NULL OR suspect.kind = :kind)
    AND (:status IS NULL OR suspect.status = :status)
    AND (:part IS NULL OR (instr(suspect.value, :part) > 0 AND suspect.kind NOT IN ('card', 'iban', 'phone')))
    AND (suspect.kind <> 'phone' OR EXISTS (
        SELECT 1 FROM suspect AS said
        WHERE said.kind = 'phone' AND said.value = suspect.value AND (said.source = 'public-body' OR said.organisation = 1)
    ))
GROUP BY suspect.kind, suspect.value
HAVING min(suspect.id) > :after
ORDER BY min(suspect.id)
LIMIT :most

-- name: find
SELECT min(suspect.id) AS id, suspect.kind, suspect.value, suspect.scheme, group_concat(suspect.source) AS sources,
    suspect.status, suspect.status_at, min(suspect.first_seen) AS first_seen,
    suspect.kind = 'phone' AND max(suspect.source = 'public-body' OR suspect.organisation = 1) = 0 AS private,
    last.followers, last.taken_at AS seen_at
FROM suspect AS asked
JOIN suspect ON suspect.kind = asked.kind AND suspect.value = asked.value
LEFT JOIN snapshot AS last ON last.id = (
    SELECT snapshot.id FROM snapshot
    WHERE snapshot.whole = 1 AND snapshot.suspect = (
        SELECT min(same.id) FROM suspect AS same WHERE same.kind = asked.kind AND same.value = asked.value
    )
    ORDER BY snapshot.taken_at DESC LIMIT 1
)
WHERE asked.id = :id
GROUP BY suspect.kind, suspect.value

-- name: snapshots
SELECT taken_at, imported_at, followers, unfollowed, whole FROM snapshot WHERE suspect = :suspect ORDER BY taken_at DESC

-- name: change_status
UPDATE suspect SET status = :status, status_at = :now
WHERE EXISTS (SELECT 1 FROM suspect AS asked WHERE asked.id = :id AND asked.kind = suspect.kind AND asked.value = suspect.value)
