-- name: write_audience
INSERT INTO delivery (campaign, contact, route, state, second)
SELECT :campaign, person.contact, person.route, 0, 0
FROM (/*routed*/) AS person
WHERE person.route IS NOT NULL
ORDER BY person.contact

-- name: count
SELECT count(*) AS n FROM delivery WHERE campaign = :campaign

-- name: draw
(((:a * (contact % 2147483647) + :b) % 2147483647 * (contact % 2147483647) + :c) % 2147483647 * (contact % 2147483647) + :d) % 2147483647

-- name: draw_share
UPDATE delivery SET state = 1 WHERE campaign = :campaign AND state = 0 AND /*draw*/ < :below

-- name: draw_some
UPDATE delivery SET state = 1
WHERE campaign = :campaign
    AND contact IN (SELECT contact FROM delivery WHERE campaign = :campaign AND state = 0 ORDER BY /*draw*/, contact LIMIT :some)

-- name: note_waiting
INSERT INTO waiting (campaign, contact) SELECT campaign, contact FROM delivery WHERE campaign = :campaign AND state = 1

-- name: line_up
INSERT INTO due (campaign, channel, at, contact)
SELECT delivery.campaign, delivery.route / 4, CASE WHEN waiting.contact IS NULL THEN :now ELSE :later END, delivery.contact
FROM delivery LEFT JOIN waiting ON waiting.campaign = delivery.campaign AND waiting.contact = delivery.contact
WHERE delivery.campaign = :campaign AND delivery.state = 1

-- name: note_audience
UPDATE campaign SET audience = :audience, control_hours = :hours, waiting_group = :waiting WHERE id = :campaign
