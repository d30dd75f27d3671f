-- name: first_route
-- Over a row of `contact`: the route of the first channel in the campaign's order on which this person may be written to, or NULL.
-- Who once said STOP, left the topic or wrote START after a STOP is listed once a statement: only who is in the first and the last
-- list is looked at more closely. For many people at once.
CASE
    WHEN contact.id NOT IN (
        /*stopped_once*/
        UNION ALL
        SELECT topic_refusal.contact FROM topic_refusal WHERE topic_refusal.topic = :route_scheme
    )
    THEN (/*first_place*/)
    WHEN contact.id IN (/*lifted_once*/)
        AND NOT EXISTS (
            SELECT 1 FROM topic_refusal WHERE topic_refusal.contact = contact.id AND topic_refusal.topic = :route_scheme
        )
    THEN (/*first_place*/ AND NOT /*silenced*/)
END % 8 * 4 + CASE contact.language WHEN 'kk' THEN 0 WHEN 'en' THEN 2 ELSE 1 END

-- name: stopped_once
SELECT address.contact FROM suppression JOIN address ON address.hash = suppression.address WHERE suppression.state = 'stopped'

-- name: lifted_once
SELECT address.contact FROM suppression JOIN address ON address.hash = suppression.address WHERE suppression.state = 'lifted'

-- name: is_silenced
-- Over a row of `contact`: a STOP silences at least one address of theirs. All of them, where none was ever lifted.
contact.id IN (/*stopped_once*/)
AND (
    contact.id NOT IN (/*lifted_once*/)
    OR EXISTS (SELECT 1 FROM address AS own WHERE own.contact = contact.id AND /*silenced*/)
)

-- name: first_place
SELECT min(/*place*/)
FROM address AS own
WHERE own.contact = contact.id
    AND /*place*/ IS NOT NULL
    AND own.dead_at IS NULL
    AND (
        own.channel = 'relay'
        OR EXISTS (
            SELECT 1 FROM consent
            WHERE consent.contact = contact.id AND consent.kind = :route_kind AND consent.channel = own.channel
        )
    )

-- name: place
-- :route_<channel of the address> is place in the order * 8 + code of the sending channel, NULL where the campaign has no use for it.
CASE own.channel
    WHEN 'telegram' THEN :route_telegram
    WHEN 'push' THEN :route_push
    WHEN 'whatsapp' THEN :route_whatsapp
    WHEN 'phone' THEN :route_phone
    WHEN 'relay' THEN :route_relay
END

-- name: silenced
-- Over an address `own`. STOP from any address silences the person; a later START opens the address it came from and no other.
EXISTS (
    SELECT 1
    FROM address AS stopped JOIN suppression ON suppression.address = stopped.hash
    WHERE stopped.contact = own.contact
        AND suppression.state = 'stopped'
        AND NOT EXISTS (
            SELECT 1 FROM suppression AS later WHERE later.address = suppression.address AND later.id > suppression.id
        )
        AND suppression.id > coalesce(
            (SELECT max(lifted.id) FROM suppression AS lifted WHERE lifted.address = own.hash AND lifted.state = 'lifted'), 0
        )
)

-- name: routed
-- Everybody of a segment with their route, NULL for whoever cannot be written to. MATERIALIZED: else the route is computed twice.
WITH routed AS MATERIALIZED (
    SELECT contact.id AS contact, /*first_route*/ AS route
    FROM contact
    WHERE /*segment*/
)
SELECT contact, route FROM routed
