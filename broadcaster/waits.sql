-- name: has_somebody
-- Queued or waiting on this channel.
SELECT EXISTS (
    SELECT 1 FROM tally
    WHERE campaign = :campaign AND state IN (0, 1) AND n > 0 AND route BETWEEN :channel * 4 AND :channel * 4 + 3
)

-- name: put_off
SELECT at FROM due WHERE campaign = :campaign AND channel = :channel AND at > :now AND at < :before ORDER BY at LIMIT 1

-- name: waiting_group
SELECT control_hours FROM campaign
WHERE id = :campaign AND EXISTS (SELECT 1 FROM waiting WHERE waiting.campaign = campaign.id)
