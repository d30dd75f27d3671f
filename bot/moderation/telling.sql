-- name: due
-- Along the index of decisions that are still owed. One is owed to whoever asked for it, and a change of it to whoever was told; the same again only to those who disagreed.
-- Whose message could not be seen whole hears what clears it if they were there then: those with other words were parted from it.
-- The address is that of the door they asked at: one they wrote from, not dead. A STOP holds back what was asked for before it.
SELECT
    report.id AS report, report.at AS reported_at, report.door, report.language, report.verbatim, report.known_case,
    latest.version, latest.verdict, latest.scheme, latest.at AS decided_at, before.verdict AS was, address.value,
    question.id AS question, coalesce(question.text, '') AS about, known_case.text AS judged
FROM decision AS latest
JOIN report ON report.known_case = latest.known_case
JOIN known_case ON known_case.id = latest.known_case
LEFT JOIN decision AS before ON before.known_case = report.known_case AND before.version = report.told_version
LEFT JOIN question ON question.id = report.question
JOIN address ON address.hash = report.asker AND address.dead_at IS NULL AND address.channel = CASE report.door
    WHEN 'telegram' THEN 'telegram' WHEN 'whatsapp' THEN 'whatsapp' WHEN 'sms' THEN 'phone' END
WHERE latest.owed = 1
    AND latest.tell_at <= :now
    AND latest.version = (
        SELECT max(newest.version) FROM decision AS newest
        WHERE newest.known_case = latest.known_case AND newest.tell_at <= :now
    )
    AND report.door IN (SELECT value FROM json_each(:doors))
    AND report.withdrawn = 0
    AND report.told_version < latest.version
    AND (report.wants_answer = 1 OR report.told_version > 0)
    AND (
        before.verdict IS NULL
        OR before.verdict <> latest.verdict
        OR (report.kind = 'disagree' AND report.at BETWEEN before.at AND latest.at)
    )
    AND (report.verbatim = 1 OR report.told_version > 0 OR latest.verdict IN ('scam', 'doubtful') OR report.at <= latest.at)
    AND NOT EXISTS (
        SELECT 1 FROM telling
        WHERE telling.report = report.id AND telling.version = latest.version AND (telling.state <> 'later' OR telling.at > :now)
    )
    AND NOT EXISTS (
        SELECT 1 FROM suppression
        WHERE suppression.id = (SELECT max(said.id) FROM suppression AS said WHERE said.address = report.asker)
            AND suppression.state = 'stopped' AND suppression.at >= report.at
    )
ORDER BY latest.tell_at, report.id
LIMIT :most

-- name: paid
-- Nobody who can be written to is owed these any more; whoever asks later hears them at once.
UPDATE decision SET owed = 0
WHERE owed = 1 AND tell_at <= :now AND known_case NOT IN (SELECT value FROM json_each(:due)) AND NOT EXISTS (
    SELECT 1 FROM telling JOIN report ON report.id = telling.report
    WHERE telling.state = 'later' AND report.known_case = decision.known_case
)

-- name: of_asker
-- The same, however they are reached: they have just written.
SELECT
    report.id AS report, report.at AS reported_at, report.door, report.language, report.verbatim, report.known_case,
    latest.version, latest.verdict, latest.scheme, latest.at AS decided_at, before.verdict AS was, NULL AS value,
    question.id AS question, coalesce(question.text, '') AS about, known_case.text AS judged
FROM report
JOIN known_case ON known_case.id = report.known_case
JOIN decision AS latest ON latest.known_case = report.known_case AND latest.version = (
    SELECT max(newest.version) FROM decision AS newest
    WHERE newest.known_case = report.known_case AND newest.tell_at <= :now
)
LEFT JOIN decision AS before ON before.known_case = report.known_case AND before.version = report.told_version
LEFT JOIN question ON question.id = report.question
WHERE report.asker = :asker
    AND report.withdrawn = 0
    AND report.told_version < latest.version
    AND (report.wants_answer = 1 OR report.told_version > 0)
    AND (
        before.verdict IS NULL
        OR before.verdict <> latest.verdict
        OR (report.kind = 'disagree' AND report.at BETWEEN before.at AND latest.at)
    )
    AND (report.verbatim = 1 OR report.told_version > 0 OR latest.verdict IN ('scam', 'doubtful') OR report.at <= latest.at)
    AND NOT EXISTS (
        SELECT 1 FROM telling
        WHERE telling.report = report.id AND telling.version = latest.version AND telling.state IN ('claimed', 'told')
    )
ORDER BY latest.tell_at, report.id

-- name: is_latest
SELECT 1
FROM report JOIN decision ON decision.known_case = report.known_case AND decision.tell_at <= :now
WHERE report.id = :report AND report.asker IS NOT NULL AND report.withdrawn = 0 AND report.told_version < :version
    AND (NOT :pushed OR NOT EXISTS (
        SELECT 1 FROM suppression
        WHERE suppression.id = (SELECT max(said.id) FROM suppression AS said WHERE said.address = report.asker)
            AND suppression.state = 'stopped' AND suppression.at >= report.at
    ))
GROUP BY report.id
HAVING max(decision.version) = :version

-- name: claim
INSERT INTO telling (report, version, state, at) VALUES (:report, :version, 'claimed', :now)
ON CONFLICT (report, version) DO UPDATE SET state = 'claimed', at = :now
WHERE telling.state = 'refused' OR (telling.state = 'later' AND telling.at <= :now)

-- name: settle
UPDATE telling SET state = :state, at = :at WHERE report = :report AND version = :version AND state = 'claimed'

-- name: told
-- Not of a message that was parted from its case while we spoke: its versions are another case's now.
UPDATE report SET told_version = max(told_version, :version)
WHERE id = :report AND EXISTS (SELECT 1 FROM telling WHERE telling.report = :report AND telling.version = :version)

-- name: unknown
SELECT count(*) AS n FROM telling WHERE state = 'claimed' AND at < :before
