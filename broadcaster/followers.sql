-- name: make_followed
CREATE TEMP TABLE followed (contact INTEGER PRIMARY KEY)

-- name: begin
INSERT INTO snapshot (suspect, taken_at, imported_at) VALUES (:suspect, :taken_at, :now)
ON CONFLICT (suspect, taken_at) DO NOTHING

-- name: end
UPDATE snapshot SET followers = :followers, whole = max(whole, :whole) WHERE suspect = :suspect AND taken_at = :taken_at

-- name: keep_unfollowed
UPDATE snapshot SET unfollowed = :unfollowed
WHERE id = (SELECT id FROM snapshot WHERE suspect = :suspect AND whole = 1 ORDER BY taken_at DESC LIMIT 1)

-- name: known
SELECT hash, contact, channel FROM address WHERE hash IN (/*rows*/)

-- name: add_contacts
INSERT INTO contact (id, created_at) VALUES /*rows*/

-- name: add_addresses
INSERT INTO address (contact, hash, channel, value) VALUES /*rows*/

-- name: add_number
-- A number known from WhatsApp is the same person's telephone, unless they have another one.
INSERT INTO address (contact, hash, channel, value)
SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM address WHERE contact = ?1 AND channel = ?3)

-- name: follow_one
INSERT INTO followed (contact) VALUES (?) ON CONFLICT DO NOTHING

-- name: follow_new
INSERT INTO edge (suspect, contact, first_seen, last_seen)
SELECT :suspect, id, :second, :second FROM contact WHERE id > :base

-- name: follow_known
INSERT INTO followed (contact) VALUES /*rows*/ ON CONFLICT DO NOTHING

-- name: end_of_piece
SELECT max(contact) AS last FROM (SELECT contact FROM followed WHERE contact > :after ORDER BY contact LIMIT :limit)

-- name: add_edges
-- Somebody may have been forgotten, or merged by a later row, since they were placed.
INSERT INTO edge (suspect, contact, first_seen, last_seen)
SELECT :suspect, contact, :second, :second FROM followed
WHERE contact > :after AND contact <= :last AND EXISTS (SELECT 1 FROM contact WHERE contact.id = followed.contact)
ORDER BY contact
ON CONFLICT (suspect, contact) DO UPDATE SET
    first_seen = min(first_seen, excluded.first_seen),
    last_seen = max(last_seen, excluded.last_seen)

-- name: followers
-- Of that moment; whoever was seen before and after it followed then too.
SELECT count(*) AS n FROM edge WHERE suspect = :suspect AND first_seen <= :second AND last_seen >= :second

-- name: latest
SELECT max(taken_at) AS taken_at FROM snapshot WHERE suspect = :suspect AND whole = 1

-- name: unfollowed
SELECT edge.contact
FROM (
    SELECT unixepoch(max(taken_at)) AS second FROM snapshot WHERE suspect = :suspect AND whole = 1 HAVING count(*) > 1
) AS latest
CROSS JOIN edge ON edge.suspect = :suspect AND edge.last_seen < latest.second
ORDER BY edge.contact
