-- name: make_told
CREATE TEMP TABLE told (
    contact INTEGER NOT NULL,
    line INTEGER NOT NULL,
    language TEXT,
    region TEXT,
    PRIMARY KEY (contact, line)
) WITHOUT ROWID

-- name: drop_told
DROP TABLE IF EXISTS temp.told

-- name: tell
INSERT INTO told (contact, line, language, region) VALUES (?, ?, ?, ?)

-- name: told_of_keeper
UPDATE told SET contact = :keeper WHERE contact = :other

-- name: told_last
SELECT
    (SELECT language FROM told WHERE contact = :contact AND language IS NOT NULL ORDER BY line DESC LIMIT 1) AS language,
    (SELECT region FROM told WHERE contact = :contact AND region IS NOT NULL ORDER BY line DESC LIMIT 1) AS region

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
