-- name: of_campaign
-- A campaign's days begin with its first, whose key is looked for; a day before it may be a clock of the provider's.
SELECT opt_out_by_day.day, opt_out_by_day.campaign, opt_out_by_day.route, opt_out_by_day.n
FROM campaign
CROSS JOIN opt_out_by_day ON opt_out_by_day.day >= unixepoch(campaign.started_at) / 86400 - 1 AND opt_out_by_day.campaign = campaign.id
WHERE campaign.id = :campaign
ORDER BY opt_out_by_day.n DESC

-- name: hours_of_campaign
SELECT hour, sum(n) AS n FROM opt_out_by_hour WHERE campaign = :campaign GROUP BY hour ORDER BY hour

-- name: within
SELECT day, campaign, route, n FROM opt_out_by_day WHERE day BETWEEN :first AND :last ORDER BY n DESC

-- name: hours_within
SELECT opt_out_by_hour.hour, sum(opt_out_by_hour.n) AS n
FROM (SELECT DISTINCT campaign FROM opt_out_by_day WHERE day BETWEEN :first AND :last) AS left_on_these_days
CROSS JOIN opt_out_by_hour ON opt_out_by_hour.campaign = left_on_these_days.campaign
GROUP BY opt_out_by_hour.hour
ORDER BY opt_out_by_hour.hour

-- name: of_day
SELECT coalesce(sum(n), 0) AS n FROM opt_out_by_day WHERE day = :day
