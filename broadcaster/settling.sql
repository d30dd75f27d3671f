-- name: move
UPDATE delivery SET state = :state, second = :second
WHERE campaign = :campaign AND contact IN (SELECT value FROM json_each(:contacts)) AND state IN (0, 1)

-- name: move_over
UPDATE delivery SET state = :state, second = :second, route = :route
WHERE campaign = :campaign AND contact IN (SELECT value FROM json_each(:contacts)) AND state IN (0, 1)

-- name: moved
SELECT contact FROM delivery
WHERE campaign = :campaign AND contact IN (SELECT value FROM json_each(:contacts)) AND state = :state

-- name: next_routes
SELECT contact, route % 4 AS language, (/*usable*/) AS usable
FROM delivery
WHERE campaign = :campaign AND contact IN (SELECT value FROM json_each(:contacts)) AND state IN (0, 1)

-- name: list_unknown
INSERT OR IGNORE INTO unknown_delivery (campaign, contact) SELECT :campaign, value FROM json_each(:contacts)

-- name: add_due
INSERT OR IGNORE INTO due (campaign, channel, at, contact, tries) VALUES (?, ?, ?, ?, ?)

-- name: suppress
INSERT INTO suppression (address, state, door, at)
SELECT :address, 'stopped', :door, :at
WHERE 'stopped' IS NOT (SELECT state FROM suppression WHERE address = :address ORDER BY id DESC LIMIT 1)

-- name: bury
UPDATE address SET dead_at = :at WHERE hash = :hash AND channel = :kind AND dead_at IS NULL

-- name: give_back
UPDATE contact_recent SET n = n - 1 WHERE contact IN (SELECT value FROM json_each(:contacts)) AND day = :day AND n > 0

-- name: charge
UPDATE campaign SET spent = spent + :change WHERE id = :campaign

-- name: stopped_meanwhile
SELECT DISTINCT address.contact
FROM suppression CROSS JOIN address ON address.hash = suppression.address
WHERE suppression.id > :since AND suppression.state = 'stopped'
    AND address.contact IN (SELECT value FROM json_each(:contacts))
