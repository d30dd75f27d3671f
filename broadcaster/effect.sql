-- name: campaign
SELECT content, started_at, control_hours,
    EXISTS (SELECT 1 FROM waiting WHERE waiting.campaign = campaign.id) AS has_waiting_group
FROM campaign WHERE id = :campaign

-- name: started_with_a_waiting_group
SELECT id FROM campaign
WHERE started_at IS NOT NULL AND EXISTS (SELECT 1 FROM waiting WHERE waiting.campaign = campaign.id)
    AND (SELECT count(*) FROM effect WHERE effect.campaign = campaign.id) < 2

-- name: snapshots
-- The last look before the start and the first from :earliest to before :latest.
SELECT
    (SELECT max(taken_at) FROM snapshot WHERE suspect = :suspect AND whole = 1 AND taken_at <= :started) AS before_it,
    (SELECT min(taken_at) FROM snapshot
     WHERE suspect = :suspect AND whole = 1 AND taken_at > :started AND taken_at >= :earliest AND taken_at < :latest) AS after_it

-- name: is_taken_down
SELECT 1 FROM suspect WHERE id = :suspect AND status = 'taken-down' AND coalesce(status_at, '') <= :at

-- name: arms
-- :looks holds [suspect, before, after, seconds since the start] of each account. Whoever followed several has left when they left
-- all. Everybody frozen counts, whatever became of their message: whom we reach is no accident.
WITH look AS (
    SELECT value ->> 0 AS suspect, value ->> 1 AS before_it, value ->> 2 AS after_it, value ->> 3 AS second FROM json_each(:looks)
),
follower AS (
    SELECT edge.contact, max(edge.last_seen >= look.after_it) AS stayed, max(look.second) AS second
    FROM look CROSS JOIN edge
    WHERE edge.suspect = look.suspect AND edge.first_seen <= look.before_it AND edge.last_seen >= look.before_it
    GROUP BY edge.contact
)
SELECT
    waiting.contact IS NOT NULL AS waited,
    count(*) AS people,
    sum(NOT follower.stayed) AS left_it,
    sum(delivery.state IN (2, 3) AND delivery.second <= follower.second) AS reached
FROM follower
CROSS JOIN delivery ON delivery.campaign = :campaign AND delivery.contact = follower.contact
LEFT JOIN waiting ON waiting.campaign = :campaign AND waiting.contact = follower.contact
GROUP BY waited

-- name: kept
SELECT taken_at, warned, warned_left, waited, waited_left, reached FROM effect WHERE campaign = :campaign AND look = :look

-- name: keep
INSERT INTO effect (campaign, look, taken_at, warned, warned_left, waited, waited_left, reached)
VALUES (:campaign, :look, :taken_at, :warned, :warned_left, :waited, :waited_left, :reached)
ON CONFLICT DO NOTHING
