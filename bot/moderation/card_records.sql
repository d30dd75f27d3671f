-- name: add
INSERT INTO card (chat, known_case, round, language, look, at)
VALUES (:chat, :case, :round, :language, :look, :now)

-- name: posted
UPDATE card SET message = :message WHERE id = :id

-- name: drop
DELETE FROM card WHERE id = :id

-- name: looks
UPDATE card SET look = :look WHERE id = :id

-- name: voted
SELECT count(*) AS n FROM vote JOIN known_case ON known_case.id = vote.known_case AND known_case.round = vote.round
WHERE vote.known_case = :case

-- name: to_post
-- The first that waits and has no card there in this round, while there is room for one more.
SELECT known_case.id FROM known_case INDEXED BY known_case_waiting
WHERE known_case.state = 'open'
    AND NOT EXISTS (
        SELECT 1 FROM card
        WHERE card.known_case = known_case.id AND card.round = known_case.round AND card.chat = :chat
    )
    AND :room > (
        SELECT count(*) FROM known_case AS shown JOIN card ON card.known_case = shown.id AND card.round = shown.round
        WHERE shown.state = 'open' AND card.chat = :chat
    )
ORDER BY known_case.turn
LIMIT 1

-- name: stale
-- A card of an earlier round says what was decided then; a volunteer's own says nothing of how many have voted. One of a test
-- question stays as it is while they have it.
SELECT id, chat, message, known_case, language, look_now FROM (
    SELECT
        card.id, card.chat, card.message, card.known_case, card.language, card.look,
        CASE
            WHEN known_case.id IS NULL THEN 'erased'
            WHEN card.look = 'test' AND known_case.gold IS NOT NULL AND EXISTS (
                SELECT 1 FROM claim JOIN volunteer ON volunteer.staff = claim.staff
                WHERE claim.known_case = known_case.id AND claim.until > :now AND volunteer.telegram = card.chat
            ) THEN 'test'
            WHEN known_case.state = 'judged' OR card.round < known_case.round THEN 'judged:' || known_case.version
            WHEN known_case.state = 'senior' THEN 'senior'
            WHEN card.chat > 0 THEN 'open'
            ELSE 'open:' || (
                SELECT count(*) FROM vote WHERE vote.known_case = known_case.id AND vote.round = known_case.round
            )
        END AS look_now
    FROM card LEFT JOIN known_case ON known_case.id = card.known_case
    WHERE card.message IS NOT NULL AND card.chat NOT IN (SELECT value FROM json_each(:resting)) AND (card.at > :since OR card.known_case IS NULL)
)
WHERE look <> look_now
ORDER BY id
LIMIT :most

-- name: delete_old
DELETE FROM card WHERE chat > 0 AND at < :before AND look LIKE 'judged:%'
