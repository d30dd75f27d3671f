-- name: with_hash
SELECT channel, value FROM address WHERE hash = :hash ORDER BY id LIMIT 1

-- name: asked_by
-- Tables of the package above that know a person by the hash of their address, as questions do.
SELECT name FROM sqlite_schema AS own
WHERE own.type = 'table' AND EXISTS (SELECT 1 FROM pragma_table_info(own.name) AS said WHERE said.name = 'asker')

-- name: erase_asked
DELETE FROM /*table*/ WHERE asker = :hash
