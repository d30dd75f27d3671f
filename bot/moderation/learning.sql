-- name: unseen
-- Judged, past their review time, and still with the consent of somebody whose very words they are.
SELECT known_case.id, known_case.version, known_case.text, known_case.language, known_case.verdict, known_case.scheme
FROM known_case
WHERE known_case.state = 'judged' AND known_case.tell_at <= :now AND known_case.verdict IN ('scam', 'genuine')
    AND NOT EXISTS (SELECT 1 FROM phrase WHERE phrase.known_case = known_case.id AND phrase.version = known_case.version)
    AND EXISTS (
        SELECT 1 FROM report
        WHERE report.known_case = known_case.id AND report.kind IN ('ask', 'report') AND report.verbatim = 1
            AND report.withdrawn = 0 AND report.asker IS NOT NULL
    )
ORDER BY known_case.id

-- name: propose
-- Two may look at the same time.
INSERT INTO phrase (known_case, version, state, intent, language, text, proposed_at)
VALUES (:case, :version, :state, :intent, :language, :text, :now)
ON CONFLICT (known_case, version) DO NOTHING

-- name: standing
-- A corrected or reopened case teaches nothing until it is judged anew; nor does a text whose people took their consent back.
SELECT phrase.id, phrase.known_case, phrase.version, phrase.intent, phrase.language, phrase.text, phrase.proposed_at, phrase.at
FROM phrase JOIN known_case ON known_case.id = phrase.known_case AND known_case.version = phrase.version
WHERE phrase.state = :state AND known_case.state = 'judged' AND EXISTS (
    SELECT 1 FROM report
    WHERE report.known_case = phrase.known_case AND report.kind IN ('ask', 'report') AND report.verbatim = 1
        AND report.withdrawn = 0 AND report.asker IS NOT NULL
)
ORDER BY phrase.id

-- name: with_id
SELECT known_case, version, state FROM phrase WHERE id = :id

-- name: had_part
-- In any version: whoever was overruled once does not decide by this way.
SELECT 1 WHERE EXISTS (SELECT 1 FROM vote WHERE known_case = :case AND staff = :staff)
    OR EXISTS (SELECT 1 FROM decision WHERE known_case = :case AND by = :staff)

-- name: review
UPDATE phrase SET state = :state, by = :staff, at = :now WHERE id = :id
