-- Each move holds only for the campaign as it was seen: its state and the hash of its content.

-- name: edit
UPDATE campaign SET
    name = :name, scheme = :scheme, purpose = :purpose, legal_basis = :legal_basis, content = :content,
    content_hash = :content_hash, emergency = :emergency, control_hours = :control_hours, budget = :budget,
    state = :to, author = :by, submitted_by = NULL, approved_by = NULL, approved_hash = NULL, second_approval_by = NULL,
    send_at = NULL, reason = NULL
WHERE id = :id AND state = :state AND content_hash = :seen

-- name: submit
UPDATE campaign SET state = :to, submitted_by = :by, reason = NULL WHERE id = :id AND state = :state AND content_hash = :seen

-- name: approve
UPDATE campaign SET state = :to, approved_by = :by, approved_hash = content_hash
WHERE id = :id AND state = :state AND content_hash = :seen

-- name: approve_again
UPDATE campaign SET second_approval_by = :by, reason = :reason
WHERE id = :id AND state = :state AND content_hash = :seen AND approved_hash = :seen AND second_approval_by IS NULL

-- name: return
UPDATE campaign SET
    state = :to, submitted_by = NULL, approved_by = NULL, approved_hash = NULL, second_approval_by = NULL, reason = :reason
WHERE id = :id AND state = :state AND content_hash = :seen

-- name: reject
UPDATE campaign SET state = :to, reason = :reason WHERE id = :id AND state = :state AND content_hash = :seen

-- name: schedule
UPDATE campaign SET state = :to, send_at = :send_at
WHERE id = :id AND state = :state AND content_hash = :seen AND approved_hash = :seen

-- name: pause
UPDATE campaign SET state = :to, paused_from = state, reason = :reason
WHERE id = :id AND state = :state AND content_hash = :seen

-- name: resume
UPDATE campaign SET state = :to, paused_from = NULL, reason = NULL
WHERE id = :id AND state = :state AND content_hash = :seen AND approved_hash = :seen

-- name: cancel
UPDATE campaign SET state = :to, ended_at = :at, reason = :reason WHERE id = :id AND state = :state AND content_hash = :seen

-- name: sender_begin
UPDATE campaign SET state = 'sending', started_at = :at
WHERE id = :id AND state = 'scheduled' AND send_at <= :at AND approved_hash = content_hash
    AND NOT EXISTS (SELECT 1 FROM halt WHERE stopped = 1)

-- name: sender_finish
UPDATE campaign SET state = 'done', ended_at = :at WHERE id = :id AND state = 'sending'

-- name: sender_pause
UPDATE campaign SET paused_from = state, state = 'paused', reason = :reason
WHERE id = :id AND state IN ('scheduled', 'sending')
