-- name: page
-- In the order of the key; the reason is that of the last attempt on the channel it stands on.
SELECT delivery.contact, delivery.route, delivery.state, delivery.second,
    (
        SELECT attempt.reason FROM attempt
        WHERE attempt.campaign = delivery.campaign
            AND attempt.contact = delivery.contact
            AND attempt.channel = delivery.route / 4
        ORDER BY attempt.second DESC LIMIT 1
    ) AS reason
FROM delivery WHERE delivery.campaign = :campaign AND delivery.contact > :after
ORDER BY delivery.contact LIMIT :most

-- name: addresses
SELECT channel, value FROM address WHERE contact = :contact ORDER BY id
