-- name: is_active
SELECT 1 FROM staff WHERE id = :staff AND active = 1

-- name: asked_since
-- Those of one press count once.
SELECT count(DISTINCT coalesce(press, id)) AS n FROM test_message WHERE coalesce(asked_by, staff) = :staff AND at > :since

-- name: ask
INSERT INTO test_message (campaign, staff, asked_by, press, channel, language, text, state, at)
VALUES (:campaign, :staff, :asked_by, :press, :channel, :language, :text, 'asked', :at)

-- name: waits
-- Looked at before the write lock is taken: this is asked twice a second.
SELECT 1 FROM test_message WHERE state = 'asked' AND channel = :channel AND at BETWEEN :not_before AND :at LIMIT 1

-- name: claim
UPDATE test_message SET state = 'sending', at = :at
WHERE id = (
    SELECT min(test_message.id) FROM test_message JOIN campaign ON campaign.id = test_message.campaign
    WHERE test_message.state = 'asked' AND test_message.channel = :channel AND test_message.at BETWEEN :not_before AND :at
        AND campaign.started_at IS NULL AND campaign.state <> 'cancelled'
)
    AND state = 'asked' AND NOT EXISTS (SELECT 1 FROM halt WHERE stopped = 1)
RETURNING id, campaign, staff, asked_by, language, text

-- name: settle
UPDATE test_message SET state = :state, reason = :reason, at = :at WHERE id = :id AND state = 'sending'

-- name: of
SELECT
    staff.name, colleague.name AS asked_by, test_message.channel, test_message.language, test_message.state, test_message.reason,
    test_message.at
FROM test_message
JOIN staff ON staff.id = test_message.staff
LEFT JOIN staff AS colleague ON colleague.id = test_message.asked_by
WHERE test_message.campaign = :campaign
ORDER BY test_message.id DESC
LIMIT :most
