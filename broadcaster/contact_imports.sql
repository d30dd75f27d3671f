-- name: describe
UPDATE contact SET
    language = CASE language_chosen WHEN 1 THEN language ELSE coalesce(:language, language) END,
    region = coalesce(:region, region)
WHERE id = :contact AND (:language IS NOT NULL OR :region IS NOT NULL)

-- name: add_topic
INSERT INTO topic (contact, topic)
SELECT :contact, :topic
WHERE NOT EXISTS (SELECT 1 FROM topic_refusal WHERE contact = :contact AND topic = :topic)
ON CONFLICT DO NOTHING
