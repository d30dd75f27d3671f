-- name: left
-- Of the people who got the warning (or may have): who is not in the latest snapshot any more.
SELECT count(*) AS warned, coalesce(sum(edge.last_seen < :seen), 0) AS unfollowed
FROM delivery CROSS JOIN edge ON edge.suspect = :suspect AND edge.contact = delivery.contact
WHERE delivery.campaign = :campaign AND delivery.state IN (2, 3, 7)
