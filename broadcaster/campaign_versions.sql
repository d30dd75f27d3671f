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
