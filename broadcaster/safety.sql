-- name: canary_and_rest
-- One row: how many messages got an answer, how many of those were refused or never arrived, how many people left.
-- Unknown is neither: a killed sender leaves some; answers lost in a row stop the lane that sees them.
SELECT
    coalesce(sum(CASE WHEN state IN (2, 3, 4, 5) THEN n END), 0) AS answered,
    coalesce(sum(CASE WHEN state IN (4, 5) THEN n END), 0) AS failed,
    (SELECT coalesce(sum(n), 0) FROM opt_out_by_hour WHERE opt_out_by_hour.campaign = :campaign) AS left_us
FROM tally WHERE campaign = :campaign

-- name: paused_before
SELECT count(*) AS n FROM audit
WHERE action = 'campaign.pause' AND subject = :subject AND who = 'sender'
    AND substr(json_extract(detail, '$.reason'), 1, length(:begins)) = :begins
