-- name: sender
SELECT asker FROM report WHERE id = :report AND asker IS NOT NULL

-- name: block
INSERT INTO blocked_reporter (asker, by, reason, at) VALUES (:asker, :by, :reason, :now)
ON CONFLICT (asker) DO UPDATE SET by = :by, reason = :reason, at = :now

-- name: unblock
DELETE FROM blocked_reporter WHERE asker = :asker

-- name: recount
UPDATE known_case SET sightings = sightings - 1
WHERE id IN (SELECT report.known_case FROM report WHERE report.asker = :asker AND report.withdrawn = 0)

-- name: withdraw
UPDATE report SET withdrawn = 1, scheme = NULL WHERE asker = :asker

-- name: standing
SELECT
    EXISTS (SELECT 1 FROM blocked_reporter WHERE asker = :asker) AS blocked,
    (SELECT count(*) FROM report WHERE asker = :asker AND at > :since AND kind <> 'seen') AS lately

-- name: first_word
SELECT min(at) AS first
FROM (
    SELECT min(question.asked_at) AS at FROM question WHERE question.asker = :asker
    UNION ALL
    SELECT min(report.at) FROM report WHERE report.asker = :asker
    UNION ALL
    SELECT min(contact.created_at)
    FROM address JOIN contact ON contact.id = address.contact
    WHERE address.hash = :asker
)

-- name: spoken
INSERT OR IGNORE INTO spoken_of (place, report, newcomer, at) VALUES (:place, :report, :newcomer, :now)

-- name: alarmed
SELECT 1 FROM alarm WHERE place = :place AND at > :lately LIMIT 1

-- name: burst
SELECT count(*) AS n FROM spoken_of WHERE place = :place AND newcomer = 1 AND at > :since

-- name: alarm
INSERT INTO alarm (place, at, reports) VALUES (:place, :now, :reports)

-- name: to_senior
-- The cases that newcomers spoke of in the burst, not every case that ever held this name.
UPDATE known_case SET state = 'senior', why = 'burst'
WHERE state = 'open' AND id IN (
    SELECT report.known_case FROM spoken_of JOIN report ON report.id = spoken_of.report
    WHERE spoken_of.place = :place AND spoken_of.newcomer = 1 AND spoken_of.at > :since
)

-- name: this_to_senior
-- While the alarm lasts; those before it went when it was raised.
UPDATE known_case SET state = 'senior', why = 'burst' WHERE id = :case AND state = 'open'

-- name: still_alarmed
UPDATE known_case SET state = 'senior', why = 'burst'
WHERE id = :case AND state = 'open' AND EXISTS (
    SELECT 1 FROM spoken_of JOIN alarm ON alarm.place = spoken_of.place
    WHERE spoken_of.report = :report AND spoken_of.newcomer = 1 AND alarm.at > :lately
)

-- name: delete_old
DELETE FROM spoken_of WHERE at < :before
