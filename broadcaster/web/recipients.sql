-- name: campaign
SELECT scheme FROM campaign WHERE id = :campaign

-- name: route
SELECT route FROM delivery WHERE campaign = :campaign AND contact = :contact

-- name: addresses
-- The living before the dead.
SELECT channel, value FROM address WHERE contact = :contact ORDER BY dead_at IS NOT NULL, id

-- name: has_refused
SELECT 1 FROM topic_refusal WHERE contact = :contact AND topic = :topic
