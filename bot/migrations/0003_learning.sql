-- Training phrases made of judged cases: proposed, then accepted or rejected by somebody who had no part in the judgement.
-- `version` is that of the decision; `left_out`: nothing new to learn, too short or too long, looked at once. Of the person who
-- brought the text there is nothing here; whoever erases the case erases its phrases.
CREATE TABLE phrase (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    known_case INTEGER NOT NULL REFERENCES known_case (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'accepted', 'rejected', 'left_out')),
    intent TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('kk', 'ru', 'en')),
    text TEXT NOT NULL,
    proposed_at TEXT NOT NULL,
    by INTEGER REFERENCES staff (id),
    at TEXT,
    UNIQUE (known_case, version),
    CHECK ((state IN ('accepted', 'rejected')) = (by IS NOT NULL)),
    CHECK ((by IS NULL) = (at IS NULL)),
    CHECK (state <> 'left_out' OR text = '')
) STRICT;
CREATE INDEX phrase_waiting ON phrase (id) WHERE state = 'proposed';
