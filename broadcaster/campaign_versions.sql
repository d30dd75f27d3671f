-- name: keep
INSERT INTO campaign_version (campaign, content_hash, content, author, at) VALUES (:campaign, :hash, :content, :author, :at)

-- name: mark_approved
UPDATE campaign_version SET approved_at = :at
WHERE id = (SELECT max(id) FROM campaign_version WHERE campaign = :campaign AND content_hash = :hash)

-- name: last_approved
SELECT content, approved_at FROM campaign_version
WHERE campaign = :campaign AND approved_at IS NOT NULL
    AND NOT (:holds AND id = (SELECT max(id) FROM campaign_version WHERE campaign = :campaign))
ORDER BY approved_at DESC, id DESC
LIMIT 1

-- name: last_returned
-- The trail names the version by its hash. The condition on `action` stands in the index (migration 0007_campaign_page).
SELECT version.content, returned.at
FROM (
    SELECT id, at, detail ->> 'hash' AS hash FROM audit
    WHERE subject = :subject AND (action LIKE 'campaign.%' OR action LIKE 'delivery.%') AND action = 'campaign.return'
    ORDER BY id DESC LIMIT 1
) AS returned
JOIN campaign_version AS version ON version.campaign = :campaign AND lower(hex(version.content_hash)) = returned.hash
ORDER BY version.id DESC
LIMIT 1
