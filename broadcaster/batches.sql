-- name: terms
SELECT content, started_at FROM campaign WHERE id = :campaign

-- name: usable
SELECT min(/*place*/ << 40 | own.id)
FROM address AS own
WHERE own.contact = delivery.contact
    AND /*place*/ IS NOT NULL
    AND own.dead_at IS NULL
    AND (
        own.channel = 'relay'
        OR EXISTS (
            SELECT 1 FROM consent
            WHERE consent.contact = own.contact AND consent.kind = :route_kind AND consent.channel = own.channel
        )
    )
    AND NOT EXISTS (SELECT 1 FROM topic_refusal WHERE topic_refusal.contact = own.contact AND topic_refusal.topic = :route_scheme)
    AND NOT /*silenced*/
