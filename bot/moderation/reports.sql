-- name: add
INSERT INTO report (
    known_case, contact, asker, door, language, question, kind, scheme, verbatim, wants_answer, at, told_version, withdrawn
)
VALUES (
    :case, :contact, :asker, :door, :language, :question, :kind, :scheme, :verbatim, :wants_answer, :now, :told_version, :withdrawn
)

-- name: of_asker
SELECT id FROM report WHERE known_case = :case AND asker = :asker

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
SELECT count(*) AS n FROM report WHERE known_case = :case AND kind = 'disagree' AND withdrawn = 0 AND at >= :since

-- name: theirs_alone
-- Cases that nobody else has brought, or whose others are all forgotten too.
SELECT mine.known_case AS id FROM report AS mine
WHERE mine.asker = :asker AND mine.known_case IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM report AS other
    WHERE other.known_case = mine.known_case AND other.asker IS NOT :asker AND (other.asker IS NOT NULL OR other.kind = 'seen')
)

-- name: forget
UPDATE report SET asker = NULL, contact = NULL, question = NULL, wants_answer = 0 WHERE asker = :asker

-- name: forget_seen
UPDATE report SET asker = NULL, question = NULL WHERE kind = 'seen' AND at < :before AND asker IS NOT NULL
