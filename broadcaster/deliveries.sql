-- name: every
-- In the order of the key; the reason is that of the last attempt.
SELECT delivery.contact, delivery.route, delivery.state, delivery.second,
    (
        SELECT attempt.reason FROM attempt
        WHERE attempt.campaign = delivery.campaign AND attempt.contact = delivery.contact
        ORDER BY attempt.second DESC LIMIT 1
    ) AS reason
FROM delivery WHERE delivery.campaign = :campaign

-- name: addresses
SELECT channel, value FROM address WHERE contact = :contact ORDER BY id
