-- name: listed
-- Those that still matter: the decision is the latest, and whoever is owed it may be told. Unknown ones first, then the refused.
SELECT
    telling.report, telling.version, telling.state, telling.at,
    report.at AS reported_at, report.door, report.language, report.known_case
FROM telling INDEXED BY telling_unended JOIN report ON report.id = telling.report
WHERE telling.state IN ('claimed', 'refused')
    AND (telling.state = 'refused' OR telling.at < :before)
    AND report.asker IS NOT NULL AND report.withdrawn = 0 AND report.told_version < telling.version
    AND telling.version = (
        SELECT max(decision.version) FROM decision
        WHERE decision.known_case = report.known_case AND decision.tell_at <= :now
    )
ORDER BY telling.state, telling.at, telling.report
LIMIT :most OFFSET :after

-- name: unknown
-- Both conditions on the state: without the first SQLite does not see that the index fits.
SELECT count(*) AS n
FROM telling INDEXED BY telling_unended JOIN report ON report.id = telling.report
WHERE telling.state IN ('claimed', 'refused') AND telling.state = 'claimed' AND telling.at < :before
    AND report.asker IS NOT NULL AND report.withdrawn = 0 AND report.told_version < telling.version
    AND telling.version = (
        SELECT max(decision.version) FROM decision
        WHERE decision.known_case = report.known_case AND decision.tell_at <= :now
    )

-- name: arrived
UPDATE telling SET state = 'told', at = :now
WHERE report = :report AND version = :version AND state = 'claimed' AND at = :claimed AND at < :before

-- name: heard
UPDATE report SET told_version = max(told_version, :version) WHERE id = :report

-- name: again
-- As if the provider had asked for patience until now: whoever tells claims it as any other, and a look that began before this
-- moment takes nothing off what is owed.
UPDATE telling SET state = 'later', at = :now
WHERE report = :report AND version = :version AND state = 'claimed' AND at = :claimed AND at < :before

-- name: owe
UPDATE decision SET owed = 1
WHERE version = :version AND known_case = (SELECT known_case FROM report WHERE id = :report)
