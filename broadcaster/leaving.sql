-- name: kept
SELECT warned, unfollowed FROM leaving WHERE campaign = :campaign AND suspect = :suspect AND seen_at = :seen_at

-- name: keep
INSERT INTO leaving (campaign, suspect, seen_at, warned, unfollowed) VALUES (:campaign, :suspect, :seen_at, :warned, :unfollowed)
ON CONFLICT (campaign, suspect) DO UPDATE SET seen_at = excluded.seen_at, warned = excluded.warned, unfollowed = excluded.unfollowed
WHERE excluded.seen_at <> seen_at

-- name: left
-- Of the people who got the warning (or may have): who is not in the latest snapshot any more.
SELECT count(*) AS warned, coalesce(sum(edge.last_seen < :seen), 0) AS unfollowed
FROM delivery CROSS JOIN edge ON edge.suspect = :suspect AND edge.contact = delivery.contact
WHERE delivery.campaign = :campaign AND delivery.state IN (2, 3, 7)
