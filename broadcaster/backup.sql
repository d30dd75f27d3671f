-- name: pause
UPDATE campaign SET paused_from = state, state = 'paused', reason = :reason
WHERE state IN ('scheduled', 'sending') RETURNING code

-- name: void_approvals
-- It may have been sent after the backup: an approver looks again.
UPDATE campaign SET state = 'submitted', approved_by = NULL, approved_hash = NULL, second_approval_by = NULL, reason = :reason
WHERE state = 'approved' RETURNING code

-- name: no_lease_is_ours
UPDATE lease SET boot = 'another life of this database'

-- name: leave_room
-- Whoever came after the backup has an id in the links of their messages: a newcomer with it would be silenced for them.
INSERT INTO erased (contact)
SELECT :room + max(coalesce((SELECT max(id) FROM contact), 0), coalesce((SELECT max(contact) FROM erased), 0))
