-- name: addresses
SELECT channel, value FROM address WHERE contact = :contact ORDER BY id

-- name: messages
-- Also to the contacts that became this one: where both had a message of a campaign each stands under its own id.
WITH RECURSIVE same (contact) AS (
    SELECT :contact
    UNION
    SELECT CAST(substr(audit.subject, 9) AS INTEGER)
    FROM same CROSS JOIN audit ON audit.action = 'contact.merge' AND json_extract(audit.detail, '$.into') = same.contact
)
SELECT
    campaign.id AS campaign, campaign.code, campaign.name, delivery.route, delivery.state,
    CASE WHEN delivery.state NOT IN (:queued, :waiting) THEN unixepoch(campaign.started_at) + delivery.second END AS at,
    (
        SELECT attempt.reason FROM attempt
        WHERE attempt.campaign = delivery.campaign AND attempt.contact = delivery.contact
            AND attempt.channel = delivery.route / 4
        ORDER BY attempt.second DESC LIMIT 1
    ) AS reason
FROM same
CROSS JOIN campaign
CROSS JOIN delivery ON delivery.campaign = campaign.id AND delivery.contact = same.contact
WHERE campaign.started_at IS NOT NULL
ORDER BY at IS NOT NULL, at DESC, campaign.id DESC
