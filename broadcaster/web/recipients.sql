-- name: campaign
SELECT scheme FROM campaign WHERE id = :campaign

-- name: route
-- Of two people who are one now each had their own message, or one had none.
SELECT route FROM delivery WHERE campaign = :campaign AND contact IN (:contact, :now) ORDER BY contact = :contact DESC LIMIT 1

-- name: addresses
-- The living before the dead.
SELECT channel, value FROM address WHERE contact = :now ORDER BY dead_at IS NOT NULL, id

-- name: has_refused
SELECT 1 FROM topic_refusal WHERE contact = :contact AND topic = :topic
