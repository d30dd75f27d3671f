-- name: names
SELECT suspect.value
FROM suspect JOIN snapshot ON snapshot.suspect = suspect.id AND snapshot.whole = 1
WHERE suspect.kind IN ('handle', 'link', 'organisation') AND suspect.status <> 'cleared'
GROUP BY suspect.value
ORDER BY max(snapshot.taken_at) DESC, suspect.value
LIMIT :most
