-- Files that staff import in the console. The file itself is deleted when its import has ended; a name masks numbers in it.
-- `interrupted`: the console was stopped before the end; the same file again doubles nothing.
CREATE TABLE import_job (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('contacts', 'suspects', 'followers')),
    name TEXT NOT NULL,
    suspect INTEGER REFERENCES suspect (id), -- of followers, with the moment of the snapshot
    taken_at TEXT,
    staff INTEGER NOT NULL REFERENCES staff (id),
    asked_at TEXT NOT NULL,
    ended_at TEXT,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'refused', 'interrupted', 'failed')),
    reason TEXT NOT NULL DEFAULT '',
    size INTEGER NOT NULL, -- bytes
    read INTEGER NOT NULL DEFAULT 0, -- bytes
    rows INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0, -- rows
    counts TEXT NOT NULL DEFAULT '{}', -- JSON: what became of the others
    CHECK ((kind = 'followers') = (suspect IS NOT NULL AND taken_at IS NOT NULL))
) STRICT;
CREATE INDEX import_job_unended ON import_job (id) WHERE state IN ('queued', 'running');
