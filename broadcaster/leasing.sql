-- name: may_lease
-- No row: the kill switch is on, the campaign is not being sent, or what was approved is not what stands there.
SELECT campaign.budget, campaign.spent
FROM campaign JOIN halt ON halt.id = 1
WHERE campaign.id = :campaign
    AND campaign.state = 'sending'
    AND campaign.approved_hash = campaign.content_hash
    AND halt.stopped = 0

-- name: sets_aside
-- What a batch in work does not need comes back when it is settled.
SELECT EXISTS (SELECT 1 FROM lease WHERE lease.campaign = :campaign)

-- name: from_range
-- :since is the last day that no longer counts for the cap.
SELECT
    delivery.contact, delivery.route, 0 AS tries, address.channel, address.value, address.hash,
    (SELECT coalesce(sum(recent.n), 0) FROM contact_recent AS recent
     WHERE recent.contact = delivery.contact AND recent.day > :since) AS recent,
    0 AS at
FROM delivery
LEFT JOIN address ON address.id = (/*usable*/) & 1099511627775
WHERE delivery.campaign = :campaign
    AND delivery.contact > (SELECT last FROM progress WHERE progress.campaign = :campaign AND progress.channel = :channel)
    AND delivery.route BETWEEN :lowest AND :highest
    AND delivery.state = 0
ORDER BY delivery.contact
LIMIT :limit

-- name: from_due
-- Route -1: whoever does not wait any more, waits for another channel, or is in another lease.
SELECT
    first.contact, coalesce(delivery.route, -1) AS route, first.tries, address.channel, address.value, address.hash,
    (SELECT coalesce(sum(recent.n), 0) FROM contact_recent AS recent
     WHERE recent.contact = first.contact AND recent.day > :since) AS recent,
    first.at
FROM (
    SELECT due.at, due.contact, due.tries FROM due
    WHERE due.campaign = :campaign AND due.channel = :channel AND due.at <= :now
    ORDER BY due.at, due.contact LIMIT :limit
) AS first
LEFT JOIN delivery ON delivery.campaign = :campaign
    AND delivery.contact = first.contact
    AND delivery.state = 1
    AND delivery.route BETWEEN :lowest AND :highest
    AND NOT EXISTS (
        SELECT 1 FROM lease JOIN lease_member AS member ON member.lease = lease.id
        WHERE lease.campaign = :campaign AND member.contact = first.contact
    )
LEFT JOIN address ON address.id = (/*usable*/) & 1099511627775
ORDER BY first.at, first.contact

-- name: drop_due
DELETE FROM due WHERE campaign = :campaign AND channel = :channel AND (at, contact) <= (:at, :contact)

-- name: advance
UPDATE progress SET last = :contact WHERE campaign = :campaign AND channel = :channel

-- name: rewind
-- Somebody queued behind the front, as when two contacts became one; nobody else is at work in the range.
UPDATE progress SET last = (
    SELECT min(delivery.contact) - 1 FROM delivery
    WHERE delivery.campaign = :campaign AND delivery.state = 0 AND delivery.route BETWEEN :lowest AND :highest
)
WHERE campaign = :campaign AND channel = :channel
    AND (
        SELECT sum(tally.n) FROM tally
        WHERE tally.campaign = :campaign AND tally.state = 0 AND tally.route BETWEEN :lowest AND :highest
    ) > 0
    AND NOT EXISTS (SELECT 1 FROM lease WHERE lease.campaign = :campaign AND lease.channel = :channel AND lease.kind = 'range')
    AND EXISTS (
        SELECT 1 FROM delivery
        WHERE delivery.campaign = :campaign AND delivery.state = 0 AND delivery.route BETWEEN :lowest AND :highest
    )

-- name: exhaust
-- Nobody is left behind the last one: not looked for again, however many of other channels follow.
UPDATE progress SET last = 9223372036854775807
WHERE campaign = :campaign AND channel = :channel AND last < 9223372036854775807

-- name: why_out
SELECT
    delivery.contact,
    CASE
        WHEN EXISTS (SELECT 1 FROM address AS own WHERE own.contact = delivery.contact AND /*silenced*/) THEN 'stopped'
        WHEN EXISTS (
            SELECT 1 FROM topic_refusal JOIN campaign ON campaign.id = :campaign
            WHERE topic_refusal.contact = delivery.contact AND topic_refusal.topic = campaign.scheme
        ) THEN 'left the topic'
        ELSE 'not reachable any more'
    END AS reason
FROM delivery
WHERE delivery.campaign = :campaign AND delivery.contact IN (SELECT value FROM json_each(:contacts))

-- name: reserve_cap
INSERT INTO contact_recent (contact, day, n)
SELECT value, :day, 1 FROM json_each(:contacts) WHERE true
ON CONFLICT (contact, day) DO UPDATE SET n = n + 1

-- name: reserve_budget
UPDATE campaign SET spent = spent + :change WHERE id = :campaign

-- name: add_lease
INSERT INTO lease (campaign, channel, kind, lo, hi, record, boot, taken_at, reserve)
VALUES (:campaign, :channel, :kind, :lo, :hi, :record, :boot, :taken_at, :reserve)

-- name: add_members
INSERT INTO lease_member (lease, contact, tries) VALUES (?, ?, ?)
