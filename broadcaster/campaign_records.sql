-- name: find
SELECT * FROM campaign WHERE id = :id

-- name: next_of
SELECT * FROM campaign WHERE follows = :id

-- name: every
SELECT * FROM campaign ORDER BY id DESC

-- name: due
SELECT * FROM campaign WHERE state = 'scheduled' AND send_at <= :now ORDER BY emergency DESC, send_at, id

-- name: sending
SELECT * FROM campaign WHERE state = 'sending' ORDER BY id

-- name: sent_under
SELECT * FROM campaign WHERE code = :code AND started_at IS NOT NULL

-- name: has_code
SELECT 1 FROM campaign WHERE code = :code

-- name: next_id
SELECT coalesce(max(id), 0) + 1 AS id FROM campaign

-- name: insert
INSERT INTO campaign (
    id, code, name, scheme, purpose, legal_basis, content, content_hash, state, emergency, author, control_hours, budget, follows,
    created_at
) VALUES (
    :id, :code, :name, :scheme, :purpose, :legal_basis, :content, :content_hash, 'draft', :emergency, :author, :control_hours,
    :budget, :follows, :created_at
)
