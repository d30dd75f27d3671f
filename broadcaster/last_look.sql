-- name: last_erased
SELECT coalesce(max(id), 0) FROM erased

-- name: erased
SELECT id, contact FROM erased WHERE id > :last ORDER BY id

-- name: last_said
SELECT coalesce(max(id), 0) FROM consent_event

-- name: said
SELECT id, contact, kind, topic FROM consent_event WHERE id > :last AND kind IN ('subscribe', 'unsubscribe') ORDER BY id

-- name: sending
SELECT campaign.id, campaign.scheme FROM campaign JOIN halt ON halt.id = 1
WHERE campaign.state = 'sending' AND campaign.approved_hash = campaign.content_hash AND halt.stopped = 0

-- name: tail
-- Without a contact: nobody we know, or somebody who was forgotten right after the STOP.
SELECT suppression.id, suppression.address, suppression.state, address.contact
FROM suppression LEFT JOIN address ON address.hash = suppression.address
WHERE suppression.id > :last
ORDER BY suppression.id

-- name: silenced_addresses
SELECT own.hash FROM address AS own WHERE own.contact = :contact AND /*silenced*/
