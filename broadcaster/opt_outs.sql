-- name: attribute
-- From the campaigns to the primary key, which CROSS JOIN insists on: deliveries have no index by contact.
-- A clock of ours and one of the provider's may be a minute apart.
INSERT INTO opt_out (campaign, contact, route, second, at)
SELECT campaign, :contact, route, max(unixepoch(:at) - sent, 0), :at
FROM (
    SELECT campaign.id AS campaign, delivery.route, unixepoch(campaign.started_at) + delivery.second AS sent
    FROM campaign CROSS JOIN delivery ON delivery.campaign = campaign.id AND delivery.contact = :contact
    WHERE campaign.started_at IS NOT NULL
        AND unixepoch(coalesce(campaign.ended_at, :at)) >= unixepoch(:at) - :days * 86400
        AND delivery.state IN (:accepted, :delivered, :unknown)
)
WHERE sent BETWEEN unixepoch(:at) - :days * 86400 AND unixepoch(:at) + 60
ORDER BY sent DESC, campaign DESC
LIMIT 1
ON CONFLICT DO NOTHING
