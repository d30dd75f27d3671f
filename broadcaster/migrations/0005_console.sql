-- The console: how staff sign in, what was approved before, templates, messages to try out.

ALTER TABLE staff ADD COLUMN active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1));

-- `password` is an argon2id hash with its parameters; `totp` is encrypted under the address key: a stolen copy opens nothing.
CREATE TABLE credential (
    staff INTEGER PRIMARY KEY REFERENCES staff (id),
    password TEXT NOT NULL,
    totp BLOB NOT NULL,
    last_step INTEGER NOT NULL DEFAULT 0, -- of TOTP, 30 seconds each: no code is taken twice
    since TEXT NOT NULL
) STRICT;

-- An invitation to choose a password and to scan a TOTP secret; SHA-256 of what its link holds. Used once.
CREATE TABLE invitation (
    hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
    staff INTEGER NOT NULL REFERENCES staff (id),
    totp BLOB NOT NULL,
    expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- `hash` is SHA-256 of the cookie: whoever reads the table cannot sign in with it.
CREATE TABLE session (
    hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
    staff INTEGER NOT NULL REFERENCES staff (id),
    began_at TEXT NOT NULL,
    seen_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_of_staff ON session (staff);

-- Wrong names are counted as well: nobody can tell by the lock who is on the staff. `name` is a keyed hash.
CREATE TABLE failed_sign_in (
    name BLOB PRIMARY KEY CHECK (length(name) = 32),
    n INTEGER NOT NULL,
    last_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Every content a campaign ever had; `approved_at` is set when somebody approved it. What an approver compares with.
CREATE TABLE campaign_version (
    id INTEGER PRIMARY KEY,
    campaign INTEGER NOT NULL REFERENCES campaign (id),
    content_hash BLOB NOT NULL CHECK (length(content_hash) = 32),
    content TEXT NOT NULL,
    author INTEGER NOT NULL REFERENCES staff (id),
    at TEXT NOT NULL,
    approved_at TEXT
) STRICT;
CREATE INDEX campaign_version_of_campaign ON campaign_version (campaign, id);
INSERT INTO campaign_version (campaign, content_hash, content, author, at, approved_at)
SELECT id, content_hash, content, author, created_at, CASE WHEN approved_hash = content_hash THEN created_at END FROM campaign;

-- Campaigns worth writing again, kept by staff; saving under a name that is there makes the next version of it.
CREATE TABLE saved_template (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    version INTEGER NOT NULL,
    content TEXT NOT NULL,
    author INTEGER NOT NULL REFERENCES staff (id),
    at TEXT NOT NULL,
    UNIQUE (name, version)
) STRICT;

-- Staff's own addresses, and messages tried out on them: claimed before the call, so that none leaves twice.
CREATE TABLE staff_address (
    staff INTEGER NOT NULL REFERENCES staff (id),
    channel TEXT NOT NULL CHECK (channel IN ('telegram', 'whatsapp', 'phone')),
    value TEXT NOT NULL,
    PRIMARY KEY (staff, channel)
) STRICT, WITHOUT ROWID;
CREATE TABLE test_message (
    id INTEGER PRIMARY KEY,
    campaign INTEGER NOT NULL REFERENCES campaign (id),
    staff INTEGER NOT NULL REFERENCES staff (id),
    channel TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('kk', 'ru', 'en')),
    text TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('asked', 'sending', 'accepted', 'refused', 'unknown')),
    reason TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL
) STRICT;
