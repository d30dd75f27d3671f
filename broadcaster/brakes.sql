-- name: progress
SELECT last FROM progress WHERE campaign = :campaign AND channel = :channel

-- name: canary_is_out
SELECT EXISTS (SELECT 1 FROM lease WHERE lease.campaign = :campaign AND lease.channel = :channel)
    OR EXISTS (
        SELECT 1 FROM due
        WHERE due.campaign = :campaign AND due.channel = :channel AND due.tries = 0
            AND NOT EXISTS (SELECT 1 FROM waiting WHERE waiting.campaign = due.campaign AND waiting.contact = due.contact)
    )

-- name: canary_tries_again
SELECT EXISTS (
    SELECT 1 FROM due
    WHERE due.campaign = :campaign AND due.channel = :channel
        AND NOT EXISTS (SELECT 1 FROM waiting WHERE waiting.campaign = due.campaign AND waiting.contact = due.contact)
)

-- name: canary_so_far
-- Unknown counts neither way: a killed sender leaves some, and answers lost in a row stop the lane that sees them.
SELECT
    coalesce(sum(CASE WHEN state IN (2, 3, 4, 5) THEN n END), 0) AS answered,
    coalesce(sum(CASE WHEN state IN (4, 5) THEN n END), 0) AS failed,
    coalesce(sum(CASE WHEN state = 0 THEN n END), 0) AS queued
FROM tally
WHERE campaign = :campaign AND route BETWEEN :lowest AND :highest

-- name: release
INSERT INTO progress (campaign, channel, last) VALUES (:campaign, :channel, 0)
