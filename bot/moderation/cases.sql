-- name: candidates
-- Those that meet the text in most bands. CROSS JOIN: the 32 keys look into the index, never the other way round.
SELECT known_case.*
FROM (
    SELECT sketch.known_case AS id, count(*) AS bands
    FROM json_each(:keys) AS asked
    CROSS JOIN sketch ON sketch.band = asked.key AND sketch.key = asked.value
    GROUP BY sketch.known_case
    ORDER BY bands DESC, sketch.known_case
    LIMIT :most
) AS met
JOIN known_case ON known_case.id = met.id
ORDER BY met.bands DESC, met.id

-- name: with_id
SELECT * FROM known_case WHERE id = :id

-- name: open
INSERT INTO known_case (text, language, scheme_said, harm, state, missing, turn, first_seen, last_seen, opened_at)
VALUES (:text, :language, :scheme_said, :harm, 'open', :missing, :turn, :now, :now, :now)

-- name: index
INSERT INTO sketch (band, key, known_case) SELECT asked.key, asked.value, :case FROM json_each(:keys) AS asked

-- name: unindex
DELETE FROM sketch WHERE known_case = :case AND (band, key) IN (SELECT asked.key, asked.value FROM json_each(:keys) AS asked)

-- name: worded
-- The same text has the same keys; one of them is enough to look it up by.
SELECT known_case.* FROM sketch JOIN known_case ON known_case.id = sketch.known_case
WHERE sketch.band = 0 AND sketch.key = :key AND known_case.text = :text

-- name: reword
UPDATE known_case SET text = :text, language = :language WHERE id = :id

-- name: erase
DELETE FROM known_case WHERE id = :id

-- name: queue_place
SELECT harm, sightings, opened_at FROM known_case WHERE id = :id

-- name: sighted
UPDATE known_case SET harm = :harm, sightings = :sightings, turn = :turn, last_seen = max(last_seen, :now) WHERE id = :id

-- name: open_again
UPDATE known_case SET
    state = 'open',
    why = NULL,
    round = round + 1,
    missing = :missing,
    turn = :turn,
    opened_at = :now,
    gold = NULL,
    gold_scheme = NULL,
    gold_by = NULL
WHERE id = :id

-- name: told_now
SELECT verdict, scheme, version, at FROM decision WHERE known_case = :id AND tell_at <= :now ORDER BY version DESC LIMIT 1
