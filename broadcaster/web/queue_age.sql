-- name: batches
SELECT channel, min(taken_at) AS oldest, max(taken_at) AS newest FROM lease GROUP BY channel

-- name: late_start
SELECT min(send_at) AS due FROM campaign WHERE state = 'scheduled' AND send_at <= :now
