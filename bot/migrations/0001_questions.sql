-- What people asked (always masked) and what they let us keep; which messages were answered.

-- `asker` is the HMAC of the address, so that buttons are obeyed for the asker alone and /forgetme finds every row.
-- A question nobody agreed to keep is deleted after 30 days; `kept_as` says what the person agreed to.
CREATE TABLE question (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    asker BLOB NOT NULL CHECK (length(asker) = 32),
    door TEXT NOT NULL,
    text TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('kk', 'ru', 'en')),
    level TEXT NOT NULL CHECK (level IN ('scam', 'doubtful', 'no_signs', 'not_understood')),
    scheme TEXT,
    asked_at TEXT NOT NULL,
    useful INTEGER CHECK (useful IN (0, 1)),
    kept_as TEXT CHECK (kept_as IN ('ticket', 'disagreement', 'report')),
    kept_at TEXT,
    opinion TEXT,
    CHECK ((kept_as IS NULL) = (kept_at IS NULL))
) STRICT;
CREATE INDEX question_of_asker ON question (asker);
CREATE INDEX question_to_delete ON question (asked_at) WHERE kept_as IS NULL;

-- Providers repeat a message that they think got lost; it is answered once, also after a restart.
CREATE TABLE answered (
    door TEXT NOT NULL,
    message_id TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (door, message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX answered_to_delete ON answered (at);
