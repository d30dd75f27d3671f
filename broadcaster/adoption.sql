-- name: leases
SELECT id, campaign, channel, kind, lo, hi, record, boot, taken_at, reserve FROM lease ORDER BY id

-- name: open_range
SELECT contact FROM delivery
WHERE campaign = :campaign AND contact BETWEEN :lo AND :hi AND state = 0 AND route BETWEEN :channel * 4 AND :channel * 4 + 3

-- name: open_due
SELECT contact FROM lease_member WHERE lease = :lease

-- name: rows
SELECT
    asked.value AS contact,
    coalesce(delivery.route, 0) AS route,
    coalesce(member.tries, 0) AS tries,
    address.channel,
    address.value,
    address.hash
FROM json_each(:contacts) AS asked
LEFT JOIN delivery ON delivery.campaign = :campaign AND delivery.contact = asked.value
LEFT JOIN lease_member AS member ON member.lease = :lease AND member.contact = asked.value
LEFT JOIN address ON address.id = (
    SELECT min(own.id) FROM address AS own
    WHERE own.contact = asked.value AND own.channel IN (SELECT value FROM json_each(:kinds)) AND own.dead_at IS NULL
)
