-- name: read
SELECT stopped FROM halt WHERE id = 1

-- name: turn
UPDATE halt SET stopped = :stopped, who = :who, at = :at WHERE id = 1 AND stopped <> :stopped
