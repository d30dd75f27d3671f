-- name: standings
-- The route of a campaign and how each person stands to it; the last cases in the order in which they are told to staff.
WITH people AS MATERIALIZED (
    SELECT contact.id, contact.language, /*route*/ AS route
    FROM contact
    WHERE /*segment*/
)
SELECT
    contact.route,
    CASE
        WHEN contact.route / 4 <> :relay THEN 'own'
        WHEN contact.route IS NOT NULL AND /*own_route*/ IS NOT NULL THEN 'own'
        WHEN /*is_silenced*/ THEN 'stopped'
        WHEN EXISTS (
            SELECT 1 FROM topic_refusal WHERE topic_refusal.contact = contact.id AND topic_refusal.topic = :route_scheme
        ) THEN 'left_topic'
        WHEN EXISTS (
            SELECT 1 FROM address AS own WHERE own.contact = contact.id AND own.channel = 'relay' AND own.dead_at IS NULL
        ) THEN 'partner'
        WHEN EXISTS (
            SELECT 1 FROM address AS own WHERE own.contact = contact.id AND /*place*/ IS NOT NULL AND own.dead_at IS NULL
        ) THEN 'no_consent'
        ELSE 'no_address'
    END AS standing,
    count(*) AS n
FROM people AS contact
GROUP BY 1, 2

-- name: started_campaigns
SELECT id, code, name, started_at, content FROM campaign
WHERE started_at IS NOT NULL AND id <> :campaign
    AND EXISTS (SELECT 1 FROM delivery WHERE delivery.campaign = campaign.id)
ORDER BY started_at DESC, id DESC

-- name: shared_people
-- Who got it, may have got it or is about to: neither a refusal nor a rehearsal on paper counts.
SELECT count(*) AS n
FROM contact JOIN delivery ON delivery.campaign = :earlier AND delivery.contact = contact.id
WHERE (/*segment*/) AND delivery.state IN (0, 1, 2, 3, 7) AND delivery.route / 4 <> :paper
