-- name: delivery
SELECT delivery.route, delivery.state, delivery.second, campaign.started_at
FROM delivery JOIN campaign ON campaign.id = delivery.campaign
WHERE delivery.campaign = :campaign AND delivery.contact = :contact

-- name: in_the_air
-- In a batch that is not settled yet.
SELECT EXISTS (
    SELECT 1 FROM lease
    WHERE lease.campaign = :campaign AND lease.channel = :channel
        AND (
            lease.kind = 'range' AND :contact BETWEEN lease.lo AND lease.hi
            OR EXISTS (SELECT 1 FROM lease_member AS member WHERE member.lease = lease.id AND member.contact = :contact)
        )
)

-- name: move
UPDATE delivery SET state = :state, second = :second WHERE campaign = :campaign AND contact = :contact

-- name: known_now
DELETE FROM unknown_delivery WHERE campaign = :campaign AND contact = :contact

-- name: unknowns
SELECT
    delivery.contact,
    delivery.route,
    delivery.second,
    (
        SELECT attempt.reason FROM attempt
        WHERE attempt.campaign = delivery.campaign AND attempt.contact = delivery.contact
            AND attempt.channel = delivery.route / 4 AND attempt.second = delivery.second
    ) AS reason
FROM unknown_delivery
CROSS JOIN delivery ON delivery.campaign = unknown_delivery.campaign AND delivery.contact = unknown_delivery.contact
WHERE unknown_delivery.campaign = :campaign
ORDER BY unknown_delivery.contact
LIMIT :most

-- name: addresses
SELECT channel, value FROM address WHERE contact = :contact ORDER BY id

-- name: is_cancelled
SELECT state = 'cancelled' AS yes FROM campaign WHERE id = :campaign

-- name: reopen
-- A campaign that has ended goes on for the one message that a person wants sent again: else it would wait for ever.
UPDATE campaign SET state = 'sending', ended_at = NULL
WHERE id = :campaign AND state = 'done' AND approved_hash = content_hash

-- name: requeue
INSERT OR IGNORE INTO due (campaign, channel, at, contact, tries) VALUES (:campaign, :channel, :at, :contact, 0)
