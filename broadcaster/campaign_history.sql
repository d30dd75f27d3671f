-- name: of
-- The condition on `action` stands in the index (migration 0007_campaign_page) word for word: without it the whole trail is read.
SELECT at, who, action, detail FROM audit
WHERE subject = :subject AND (action LIKE 'campaign.%' OR action LIKE 'delivery.%')
ORDER BY id DESC
LIMIT :most

-- name: names
SELECT id, name FROM staff WHERE id IN (:author, :submitted, :approved, :second)
