-- name: known
SELECT contact, channel, hash FROM address WHERE hash = ?

-- name: addresses
SELECT channel, hash FROM address WHERE contact = ?

-- name: add_contact
INSERT INTO contact (id, created_at) VALUES (:id, :now)

-- name: add_address
-- A dead one stays dead: that a list names it does not mean that anybody is there.
INSERT INTO address (contact, channel, hash, value) VALUES (?, ?, ?, ?)
ON CONFLICT (hash, channel) DO NOTHING

-- name: in_lease
SELECT 1
FROM lease
WHERE EXISTS (SELECT 1 FROM lease_member WHERE lease_member.lease = lease.id AND lease_member.contact IN (:keeper, :other))
    OR (
        lease.kind = 'range'
        AND (:keeper BETWEEN lease.lo AND lease.hi OR :other BETWEEN lease.lo AND lease.hi)
        AND EXISTS (SELECT 1 FROM delivery WHERE delivery.campaign = lease.campaign AND delivery.contact IN (:keeper, :other))
    )

-- name: deliveries
-- In which campaigns the other has a message and the keeper has none. Where both have one, each stays as it is.
SELECT delivery.campaign
FROM campaign CROSS JOIN delivery ON delivery.campaign = campaign.id AND delivery.contact = :other
WHERE NOT EXISTS (SELECT 1 FROM delivery AS own WHERE own.campaign = campaign.id AND own.contact = :keeper)

-- name: already_got
-- The other's message of this campaign has gone out, or may have; the keeper's has not: nobody gets it twice.
SELECT own.campaign, own.route, own.state, max(0, unixepoch(:now) - unixepoch(campaign.started_at)) AS second
FROM campaign CROSS JOIN delivery AS theirs ON theirs.campaign = campaign.id AND theirs.contact = :other
JOIN delivery AS own ON own.campaign = campaign.id AND own.contact = :keeper
WHERE theirs.state IN (2, 3, 7) AND own.state IN (0, 1)

-- name: got_it
UPDATE delivery SET state = 6 WHERE campaign = :campaign AND contact = :keeper AND state = :state

-- name: one_less
UPDATE tally SET n = n - 1 WHERE campaign = :campaign AND route = :route AND state = :state

-- name: one_more
INSERT INTO tally (campaign, route, state, n) VALUES (:campaign, :route, 6, 1)
ON CONFLICT (campaign, route, state) DO UPDATE SET n = n + 1

-- name: move_ledger
UPDATE OR IGNORE /*table*/ SET contact = :keeper WHERE campaign = :campaign AND contact = :other

-- name: merge_edges
INSERT INTO edge (suspect, contact, first_seen, last_seen)
SELECT suspect, :keeper, first_seen, last_seen FROM edge WHERE contact = :other
ON CONFLICT (suspect, contact) DO UPDATE SET
    first_seen = min(first_seen, excluded.first_seen),
    last_seen = max(last_seen, excluded.last_seen)

-- name: merge_consents
INSERT INTO consent (contact, kind, channel, origin, since)
SELECT :keeper, kind, channel, origin, since FROM consent WHERE contact = :other
ON CONFLICT (contact, kind, channel) DO UPDATE SET
    origin = CASE WHEN excluded.since < since THEN excluded.origin ELSE origin END,
    since = min(since, excluded.since)

-- name: merge_recent
INSERT INTO contact_recent (contact, day, n)
SELECT :keeper, day, n FROM contact_recent WHERE contact = :other
ON CONFLICT (contact, day) DO UPDATE SET n = n + excluded.n

-- name: drop_recent
DELETE FROM contact_recent WHERE contact = :other

-- name: merge_contact
-- A language that was chosen outweighs one that was noticed, the keeper's outweighs the other's.
UPDATE contact SET
    language = CASE
        WHEN contact.language_chosen = 0 AND other.language_chosen = 1 THEN other.language
        ELSE coalesce(contact.language, other.language)
    END,
    language_chosen = max(contact.language_chosen, other.language_chosen),
    region = coalesce(contact.region, other.region),
    created_at = min(contact.created_at, other.created_at)
FROM contact AS other
WHERE contact.id = :keeper AND other.id = :other

-- name: hangs_on_contact
-- Whatever goes with a forgotten person, in any package, comes along with a merged one.
SELECT listed.name, key."from" AS column
FROM sqlite_master AS listed JOIN pragma_foreign_key_list(listed.name) AS key
WHERE listed.type = 'table' AND key."table" = 'contact' AND key.on_delete = 'CASCADE'

-- name: move
UPDATE OR IGNORE "/*table*/" SET "/*column*/" = :keeper WHERE "/*column*/" = :other

-- name: refusals_win
DELETE FROM topic
WHERE contact = :keeper AND topic IN (SELECT topic FROM topic_refusal WHERE contact = :keeper)

-- name: erase
DELETE FROM contact WHERE id = :other

-- name: became
SELECT json_extract(detail, '$.into') AS keeper FROM audit
WHERE action = 'contact.merge' AND subject = :subject
ORDER BY id DESC LIMIT 1
