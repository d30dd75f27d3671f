-- Staff, followers, campaigns and the ledger of sending.

-- An address may be dead (nobody is there any more) without being suppressed; a partner's pseudonym is an address too.
CREATE TABLE address_with_relay (
    id INTEGER PRIMARY KEY,
    contact INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    channel TEXT NOT NULL CHECK (channel IN ('telegram', 'whatsapp', 'phone', 'push', 'web', 'relay')),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    value TEXT NOT NULL,
    dead_at TEXT,
    UNIQUE (hash, channel)
) STRICT;
INSERT INTO address_with_relay (id, contact, channel, hash, value) SELECT id, contact, channel, hash, value FROM address;
DROP TABLE address;
ALTER TABLE address_with_relay RENAME TO address;
CREATE INDEX address_of_contact ON address (contact, channel, dead_at);

-- Ids of contacts that are gone: the ledger knows people by id alone, so that none is given again, and its tail is what a running
-- sender reads. An id names nobody.
CREATE TABLE erased (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    contact INTEGER NOT NULL UNIQUE
) STRICT;
CREATE TRIGGER contact_leaves_its_id AFTER DELETE ON contact
BEGIN
    INSERT OR IGNORE INTO erased (contact) VALUES (OLD.id);
END;

-- What a person agreed to, beside the events that tell how: the sender asks this table, the events are the proof.
-- `kind` is a campaign's purpose; consent to warnings covers recalls.
CREATE TABLE consent (
    contact INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('warn', 'educate')),
    channel TEXT NOT NULL,
    origin TEXT NOT NULL,
    since TEXT NOT NULL,
    PRIMARY KEY (contact, kind, channel)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO consent (contact, kind, channel, origin, since)
SELECT contact, 'warn', channel, door, min(at) FROM consent_event
WHERE kind = 'subscribe' AND contact IS NOT NULL GROUP BY contact, channel;

-- A topic somebody left: no campaign about that scheme reaches them until they take it up again.
CREATE TABLE topic_refusal (
    contact INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    topic TEXT NOT NULL,
    PRIMARY KEY (contact, topic)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO topic_refusal (contact, topic)
SELECT event.contact, event.topic FROM consent_event AS event
WHERE event.kind = 'unsubscribe' AND event.contact IS NOT NULL AND event.topic <> ''
    AND NOT EXISTS (SELECT 1 FROM topic WHERE topic.contact = event.contact AND topic.topic = event.topic);

ALTER TABLE suspect ADD COLUMN status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'taken-down', 'cleared'));
ALTER TABLE suspect ADD COLUMN status_at TEXT;

CREATE TABLE staff (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 80),
    role TEXT NOT NULL CHECK (role IN ('author', 'approver', 'viewer', 'moderator', 'admin')),
    added_at TEXT NOT NULL
) STRICT;

-- Every row carries the hash of the row before it: a changed or missing row breaks the chain.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;
CREATE TRIGGER audit_stays BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;

-- `suspect` is the lowest id among the rows of one (kind, value): several sources may name the same account.
-- `whole` turns 1 when the import has ended: half a snapshot never says that somebody unfollowed.
CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY,
    suspect INTEGER NOT NULL REFERENCES suspect (id),
    taken_at TEXT NOT NULL,
    imported_at TEXT NOT NULL,
    followers INTEGER NOT NULL DEFAULT 0,
    whole INTEGER NOT NULL DEFAULT 0 CHECK (whole IN (0, 1)),
    UNIQUE (suspect, taken_at)
) STRICT;

-- Who followed: in the snapshots from first_seen to last_seen (ids of `snapshot` are not in order of time: moments are).
CREATE TABLE edge (
    suspect INTEGER NOT NULL,
    contact INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    first_seen INTEGER NOT NULL, -- seconds since 1970
    last_seen INTEGER NOT NULL,
    PRIMARY KEY (suspect, contact)
) STRICT, WITHOUT ROWID;
CREATE INDEX edge_of_contact ON edge (contact);

-- `content` is the canonical JSON of the campaign file, `content_hash` its SHA-256; an approval names the hash it saw.
CREATE TABLE campaign (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE, -- short, printed in every text, such as K7M2
    name TEXT NOT NULL,
    scheme TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('warn', 'educate', 'recall')),
    legal_basis TEXT NOT NULL,
    content TEXT NOT NULL,
    content_hash BLOB NOT NULL CHECK (length(content_hash) = 32),
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'approved', 'scheduled', 'sending', 'done', 'paused', 'cancelled')),
    paused_from TEXT CHECK (paused_from IN ('scheduled', 'sending')),
    emergency INTEGER NOT NULL CHECK (emergency IN (0, 1)),
    author INTEGER NOT NULL REFERENCES staff (id),
    submitted_by INTEGER REFERENCES staff (id),
    approved_by INTEGER REFERENCES staff (id),
    approved_hash BLOB,
    second_approval_by INTEGER REFERENCES staff (id), -- an emergency only
    reason TEXT, -- of the last return, rejection, pause or cancel
    send_at TEXT, -- set by schedule
    started_at TEXT, -- when the audience was frozen
    ended_at TEXT,
    audience INTEGER NOT NULL DEFAULT 0,
    control_hours INTEGER NOT NULL DEFAULT 0,
    budget INTEGER, -- tiyn (a hundredth of a tenge); NULL: no limit
    spent INTEGER NOT NULL DEFAULT 0, -- tiyn, with what is reserved for messages in the air
    created_at TEXT NOT NULL
) STRICT;

-- One row per person and campaign; the key is the idempotency key. No other index: 20.6 MB per million rows.
-- `route` = channel code * 4 + language code, `state` as in broadcaster.ledger_codes, `second` since campaign.started_at.
CREATE TABLE delivery (
    campaign INTEGER NOT NULL,
    contact INTEGER NOT NULL,
    route INTEGER NOT NULL,
    state INTEGER NOT NULL,
    second INTEGER NOT NULL,
    PRIMARY KEY (campaign, contact)
) STRICT, WITHOUT ROWID;

-- What comes before the range: the canary, the waiting group, later tries, next channels. `at` is seconds since 1970.
CREATE TABLE due (
    campaign INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    at INTEGER NOT NULL,
    contact INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (campaign, channel, at, contact)
) STRICT, WITHOUT ROWID;

-- How far the range of a campaign and channel has been leased: contacts up to `last` are done or in a lease.
CREATE TABLE progress (
    campaign INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (campaign, channel)
) STRICT, WITHOUT ROWID;

-- One row per batch in work. `kind` range: contacts lo to hi of the range; due: those of `lease_member`.
-- `record` is the name of the flight record file, `boot` the boot id of the machine that took it.
CREATE TABLE lease (
    id INTEGER PRIMARY KEY,
    campaign INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('range', 'due')),
    lo INTEGER NOT NULL,
    hi INTEGER NOT NULL,
    record TEXT NOT NULL,
    boot TEXT NOT NULL,
    taken_at TEXT NOT NULL,
    reserve INTEGER NOT NULL -- tiyn set aside for each message of it
) STRICT;
CREATE TABLE lease_member (
    lease INTEGER NOT NULL REFERENCES lease (id) ON DELETE CASCADE,
    contact INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    PRIMARY KEY (lease, contact)
) STRICT, WITHOUT ROWID;

-- The provider's name of a message, and why one was refused: only where there is something to say.
CREATE TABLE attempt (
    campaign INTEGER NOT NULL,
    contact INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    second INTEGER NOT NULL,
    reference TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (campaign, contact, channel, second)
) STRICT, WITHOUT ROWID;

-- Kept in the settling transaction, never scanned for.
CREATE TABLE tally (
    campaign INTEGER NOT NULL,
    route INTEGER NOT NULL,
    state INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (campaign, route, state)
) STRICT, WITHOUT ROWID;

-- The frequency cap over all campaigns: `day` since 1970, Kazakhstan time.
CREATE TABLE contact_recent (
    contact INTEGER NOT NULL,
    day INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (contact, day)
) STRICT, WITHOUT ROWID;

-- Who waited in the delayed-start control group; assigned when the audience was frozen.
CREATE TABLE waiting (
    campaign INTEGER NOT NULL,
    contact INTEGER NOT NULL,
    PRIMARY KEY (campaign, contact)
) STRICT, WITHOUT ROWID;

-- A STOP that followed a warning: `second` between the send and the STOP.
CREATE TABLE opt_out (
    campaign INTEGER NOT NULL,
    contact INTEGER NOT NULL,
    route INTEGER NOT NULL,
    second INTEGER NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (campaign, contact)
) STRICT, WITHOUT ROWID;

-- The kill switch: while `stopped` is 1 nothing is leased, in any process.
CREATE TABLE halt (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    stopped INTEGER NOT NULL CHECK (stopped IN (0, 1)),
    who TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
INSERT INTO halt (id, stopped, who, at) VALUES (1, 0, '', '');
