-- name: everybody
1 = 1

-- name: speaks
coalesce(contact.language, '') = :value

-- name: lives_in
coalesce(contact.region, '') = :value

-- name: has_topic
EXISTS (SELECT 1 FROM topic WHERE topic.contact = contact.id AND topic.topic = :value)

-- name: has_channel
EXISTS (SELECT 1 FROM address WHERE address.contact = contact.id AND address.channel = :value AND address.dead_at IS NULL)

-- name: follows
-- :value_since is the latest whole snapshot: whoever is not in it has unfollowed.
contact.id IN (SELECT edge.contact FROM edge WHERE edge.suspect = :value AND edge.last_seen >= :value_since)

-- name: reported
contact.id IN (SELECT report.contact FROM report WHERE report.scheme = :value AND report.contact IS NOT NULL)

-- name: nobody
1 = 0

-- name: latest_snapshot
SELECT max(taken_at) AS taken_at FROM snapshot WHERE suspect = :suspect AND whole = 1

-- name: columns_of_report
SELECT count(*) AS n FROM pragma_table_info('report') WHERE name IN ('contact', 'scheme')

-- name: count
SELECT count(*) AS n FROM contact WHERE /*segment*/

-- name: sample
-- Spread over old and new contacts, the same at every look; people without a living address show nothing.
SELECT address.channel, address.value
FROM (SELECT contact.id FROM contact WHERE /*segment*/ ORDER BY contact.id * 7919 % 1000003, contact.id LIMIT :n) AS chosen
JOIN address ON address.id = (
    SELECT min(own.id) FROM address AS own WHERE own.contact = chosen.id AND own.dead_at IS NULL
)
