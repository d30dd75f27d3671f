-- name: pause
UPDATE campaign SET paused_from = state, state = 'paused', reason = :reason
WHERE state IN ('scheduled', 'sending') RETURNING code

-- name: no_lease_is_ours
UPDATE lease SET boot = 'another life of this database'
