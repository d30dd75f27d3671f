-- name: page
SELECT
    campaign.id, campaign.code, campaign.name, campaign.state, campaign.emergency, campaign.send_at, campaign.created_at,
    staff.name AS author_name
FROM campaign JOIN staff ON staff.id = campaign.author
WHERE campaign.id < :before AND (:state IS NULL OR campaign.state = :state)
ORDER BY campaign.id DESC
LIMIT :most
