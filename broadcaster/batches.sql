-- name: terms
SELECT content, started_at FROM campaign WHERE id = :campaign

-- name: usable
-- Few people ever said STOP: only those are looked at more closely.
SELECT min(/*place*/ << 40 | own.id)
FROM address AS own
WHERE own.contact = delivery.contact
    AND own.channel IN (SELECT value FROM json_each(:kinds))
    AND own.dead_at IS NULL
    AND (
        own.channel = 'relay'
        OR EXISTS (
            SELECT 1 FROM consent
            WHERE consent.contact = own.contact AND consent.kind = :route_kind AND consent.channel = own.channel
        )
    )
    AND NOT EXISTS (SELECT 1 FROM topic_refusal WHERE topic_refusal.contact = own.contact AND topic_refusal.topic = :route_scheme)
    AND (
        NOT EXISTS (
            SELECT 1 FROM address AS any_of_them CROSS JOIN suppression ON suppression.address = any_of_them.hash
            WHERE any_of_them.contact = own.contact
        )
        OR NOT /*silenced*/
    )

-- name: last_suppression
SELECT coalesce(max(id), 0) AS id FROM suppression
