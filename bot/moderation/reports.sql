-- name: add
INSERT INTO report (
    known_case, contact, asker, door, language, question, kind, scheme, verbatim, wants_answer, at, told_version, withdrawn
)
VALUES (
    :case, :contact, :asker, :door, :language, :question, :kind, :scheme, :verbatim, :wants_answer, :now, :told_version, :withdrawn
)

-- name: of_asker
SELECT id, withdrawn FROM report WHERE known_case = :case AND asker = :asker

-- name: heard
SELECT 1 FROM decision
WHERE decision.known_case = :case AND decision.version = :version AND (
    decision.tell_at <= (SELECT question.asked_at FROM question WHERE question.id = :question)
    OR :version <= (SELECT report.told_version FROM report WHERE report.known_case = :case AND report.asker = :asker)
)

-- name: see_again
UPDATE report SET told_version = max(told_version, :told_version) WHERE known_case = :case AND asker = :asker

-- name: say_more
-- What they say now counts; an answer once asked for stays asked for.
UPDATE report SET
    contact = coalesce(:contact, contact),
    door = :door,
    language = :language,
    question = :question,
    kind = :kind,
    scheme = coalesce(:scheme, scheme),
    verbatim = :verbatim,
    wants_answer = max(wants_answer, :wants_answer),
    at = :now,
    withdrawn = 0,
    told_version = max(told_version, :told_version)
WHERE known_case = :case AND asker = :asker

-- name: contradictions
-- Whoever was forgotten and comes back is not two.
SELECT count(*) AS n FROM report
WHERE known_case = :case AND kind = 'disagree' AND withdrawn = 0 AND asker IS NOT NULL AND at >= :since

-- name: theirs_alone
-- Cases that nobody else has brought, or whose others are all forgotten too.
SELECT mine.known_case AS id FROM report AS mine
WHERE mine.asker = :asker AND mine.known_case IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM report AS other
    WHERE other.known_case = mine.known_case AND other.asker IS NOT :asker AND (other.asker IS NOT NULL OR other.kind = 'seen')
)

-- name: forget_sightings
-- They are counted in the case; a row that says nothing more would keep its text from ever being erased.
DELETE FROM report WHERE asker = :asker AND kind = 'seen'

-- name: forget
UPDATE report SET asker = NULL, contact = NULL, question = NULL, wants_answer = 0 WHERE asker = :asker

-- name: forget_seen
UPDATE report SET asker = NULL, question = NULL WHERE kind = 'seen' AND at < :before AND asker IS NOT NULL
