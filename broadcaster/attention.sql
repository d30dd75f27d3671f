-- name: standing
-- A drill reaches nobody: it wants no second approval.
SELECT
    campaign.id, campaign.code, campaign.name, campaign.state, campaign.emergency, author.name AS author,
    submitter.name AS submitted_by, approver.name AS approved_by, campaign.reason, campaign.send_at, campaign.started_at,
    campaign.audience, campaign.spent, campaign.budget,
    campaign.state = 'approved' AND campaign.emergency = 1 AND campaign.second_approval_by IS NULL
        AND NOT coalesce(json_extract(campaign.content, '$.drill'), 0) AS wants_second
FROM campaign
JOIN staff AS author ON author.id = campaign.author
LEFT JOIN staff AS submitter ON submitter.id = campaign.submitted_by
LEFT JOIN staff AS approver ON approver.id = campaign.approved_by
WHERE campaign.state IN ('submitted', 'approved', 'scheduled', 'sending', 'paused')
ORDER BY campaign.emergency DESC, campaign.send_at, campaign.id

-- name: counts
SELECT tally.campaign, tally.state, sum(tally.n) AS n
FROM campaign CROSS JOIN tally ON tally.campaign = campaign.id
WHERE campaign.state IN ('sending', 'paused')
GROUP BY tally.campaign, tally.state HAVING sum(tally.n) <> 0

-- name: unknown
SELECT campaign.id, campaign.code, campaign.name, sum(tally.n) AS n
FROM tally JOIN campaign ON campaign.id = tally.campaign
WHERE tally.state = :unknown AND tally.n > 0
GROUP BY campaign.id
ORDER BY campaign.id DESC

-- name: drafts
SELECT draft.id, draft.code, draft.name, draft.emergency, ended.code AS follows
FROM campaign AS draft LEFT JOIN campaign AS ended ON ended.id = draft.follows
WHERE draft.state = 'draft' AND draft.author = :author
ORDER BY draft.id DESC
LIMIT :most
