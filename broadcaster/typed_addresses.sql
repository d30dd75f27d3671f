-- name: is_known
-- A STOP may be of somebody nobody has met.
SELECT EXISTS (SELECT 1 FROM address WHERE hash = :hash)
    OR EXISTS (SELECT 1 FROM suppression WHERE address = :hash)
    OR EXISTS (SELECT 1 FROM consent_event WHERE address = :hash AND message_id IS NOT NULL)
