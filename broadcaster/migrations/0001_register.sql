-- The register: who we may speak to, and who is under suspicion.
-- Moments are UTC text (2025-11-21T07:15:00.000Z); hashes are HMAC-SHA256 under SAQBOL_ADDRESS_KEY.

CREATE TABLE address_key (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    fingerprint TEXT NOT NULL
) STRICT;

-- Tables of other packages that hold something of a person refer to contact(id) ON DELETE CASCADE: /forgetme takes them along.
CREATE TABLE contact (
    id INTEGER PRIMARY KEY,
    language TEXT CHECK (language IN ('kk', 'ru', 'en')),
    language_chosen INTEGER NOT NULL DEFAULT 0 CHECK (language_chosen IN (0, 1)),
    region TEXT,
    created_at TEXT NOT NULL
) STRICT;

-- `value` is the address itself: we must be able to write to it. It is looked up by hash only.
CREATE TABLE address (
    id INTEGER PRIMARY KEY,
    contact INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    channel TEXT NOT NULL CHECK (channel IN ('telegram', 'whatsapp', 'phone', 'push', 'web')),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    value TEXT NOT NULL,
    UNIQUE (hash, channel)
) STRICT;
CREATE INDEX address_of_contact ON address (contact);

CREATE TABLE topic (
    contact INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    topic TEXT NOT NULL CHECK (length(topic) BETWEEN 1 AND 64),
    PRIMARY KEY (contact, topic)
) STRICT, WITHOUT ROWID;

-- What people said about being written to. Append-only; erasure cuts the link to the person and changes nothing else.
CREATE TABLE consent_event (
    id INTEGER PRIMARY KEY,
    contact INTEGER REFERENCES contact (id) ON DELETE SET NULL,
    address BLOB,
    kind TEXT NOT NULL CHECK (kind IN ('subscribe', 'unsubscribe', 'stop', 'start')),
    channel TEXT NOT NULL,
    topic TEXT NOT NULL DEFAULT '',
    door TEXT NOT NULL,
    message_id TEXT,
    at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX consent_event_once ON consent_event (address, door, message_id, kind, topic) WHERE message_id IS NOT NULL;
CREATE INDEX consent_event_of_contact ON consent_event (contact);
CREATE TRIGGER consent_event_is_append_only BEFORE UPDATE ON consent_event
WHEN NEW.id IS NOT OLD.id OR NEW.kind IS NOT OLD.kind OR NEW.channel IS NOT OLD.channel OR NEW.topic IS NOT OLD.topic
    OR NEW.door IS NOT OLD.door OR NEW.at IS NOT OLD.at
    OR (NEW.contact IS NOT NULL AND NEW.contact IS NOT OLD.contact)
    OR (NEW.address IS NOT NULL AND NEW.address IS NOT OLD.address)
    OR (NEW.message_id IS NOT NULL AND NEW.message_id IS NOT OLD.message_id)
BEGIN
    SELECT RAISE(ABORT, 'consent events are append-only');
END;
CREATE TRIGGER consent_event_stays BEFORE DELETE ON consent_event
BEGIN
    SELECT RAISE(ABORT, 'consent events are append-only');
END;

-- Why we must not write. Knows no contact, so it outlives /forgetme and takes addresses nobody has met. Its tail is what a
-- running sender reads: ids only grow, a lifting row is appended by START.
CREATE TABLE suppression (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    address BLOB NOT NULL CHECK (length(address) = 32),
    state TEXT NOT NULL CHECK (state IN ('stopped', 'lifted')),
    door TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX suppression_of_address ON suppression (address, id);
CREATE TRIGGER suppression_is_append_only BEFORE UPDATE ON suppression
BEGIN
    SELECT RAISE(ABORT, 'suppressions are append-only');
END;
CREATE TRIGGER suppression_stays BEFORE DELETE ON suppression
BEGIN
    SELECT RAISE(ABORT, 'suppressions are append-only');
END;

-- `value` is one spelling; of cards and accounts it is the keyed hash, never the number. One row per source that named it.
CREATE TABLE suspect (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('handle', 'link', 'phone', 'card', 'iban', 'organisation')),
    value TEXT NOT NULL CHECK (kind NOT IN ('card', 'iban') OR length(value) = 64),
    scheme TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('public-body', 'volunteers', 'staff')),
    organisation INTEGER NOT NULL CHECK (organisation IN (0, 1)),
    first_seen TEXT NOT NULL,
    added_at TEXT NOT NULL,
    UNIQUE (kind, value, source)
) STRICT;
