-- What volunteers judge: known cases, who reported them, votes, decisions, and who must be told.
-- Whoever says /forgetme is forgotten here as well: a case that they alone brought is erased; else `asker` and `contact` are NULL.

-- One text that people ask about, masked; near-duplicates are the same case. `version` counts decisions, `round` counts how often
-- it was opened, last at `opened_at`: votes of an earlier round count no more. `turn` is the second at which it would have had to come in to stand where
-- it does in the queue: harm and sightings give a head start, so that age counts by itself and nothing waits for ever.
-- `missing`: votes that the quorum still wants. `why` it waits for a senior. `gold`: the right answer of a
-- judged case that a senior, `gold_by`, made a test question of; it is none any more once the case is opened again or corrected.
CREATE TABLE known_case (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    text TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('kk', 'ru', 'en')),
    scheme_said TEXT,
    harm TEXT NOT NULL CHECK (harm IN ('high', 'medium', 'low')),
    state TEXT NOT NULL CHECK (state IN ('open', 'senior', 'judged')),
    why TEXT CHECK (why IN ('harm', 'disagreement', 'undecided', 'protected', 'burst', 'asked')),
    round INTEGER NOT NULL DEFAULT 1,
    missing INTEGER NOT NULL,
    verdict TEXT CHECK (verdict IN ('scam', 'doubtful', 'genuine', 'hoax')),
    scheme TEXT,
    version INTEGER NOT NULL DEFAULT 0,
    sightings INTEGER NOT NULL DEFAULT 0,
    turn INTEGER NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    decided_at TEXT,
    tell_at TEXT,
    gold TEXT CHECK (gold IN ('scam', 'doubtful', 'genuine', 'hoax')),
    gold_scheme TEXT,
    gold_by INTEGER REFERENCES staff (id),
    CHECK (state <> 'judged' OR verdict IS NOT NULL),
    CHECK ((state = 'senior') = (why IS NOT NULL)),
    CHECK ((version = 0) = (verdict IS NULL)),
    CHECK (gold IS NULL OR state = 'judged')
) STRICT;
CREATE INDEX known_case_waiting ON known_case (turn) WHERE state = 'open';
CREATE INDEX known_case_for_senior ON known_case (turn) WHERE state = 'senior';
CREATE INDEX known_case_judged ON known_case (decided_at) WHERE state = 'judged';
CREATE INDEX known_case_oldest ON known_case (opened_at) WHERE state <> 'judged';
CREATE INDEX known_case_gold ON known_case (id) WHERE gold IS NOT NULL;

-- Where like texts meet: the band keys of each case's MinHash. No reference: looking a case's keys up would take an index as big
-- as the table; whoever erases a case makes its keys anew.
CREATE TABLE sketch (
    band INTEGER NOT NULL,
    key INTEGER NOT NULL,
    known_case INTEGER NOT NULL,
    PRIMARY KEY (band, key, known_case)
) STRICT, WITHOUT ROWID;

-- One person's word on a case; its id is the ticket number. `verbatim`: theirs was the very text the volunteers see. `wants_answer`:
-- they asked to be told. `told_version`: the decision they know. A blocked person's row has no case and changes nothing.
CREATE TABLE report (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    known_case INTEGER REFERENCES known_case (id) ON DELETE CASCADE,
    contact INTEGER REFERENCES contact (id) ON DELETE SET NULL,
    asker BLOB CHECK (length(asker) = 32),
    door TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('kk', 'ru', 'en')),
    question INTEGER REFERENCES question (id) ON DELETE SET NULL,
    kind TEXT NOT NULL CHECK (kind IN ('seen', 'ask', 'report', 'disagree')),
    scheme TEXT,
    verbatim INTEGER NOT NULL CHECK (verbatim IN (0, 1)),
    wants_answer INTEGER NOT NULL CHECK (wants_answer IN (0, 1)),
    at TEXT NOT NULL,
    told_version INTEGER NOT NULL DEFAULT 0,
    withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX report_once ON report (known_case, asker) WHERE known_case IS NOT NULL AND asker IS NOT NULL;
CREATE INDEX report_of_case ON report (known_case);
CREATE INDEX report_of_asker ON report (asker, at) WHERE asker IS NOT NULL;
CREATE INDEX report_of_contact ON report (contact) WHERE contact IS NOT NULL;
CREATE INDEX report_of_scheme ON report (scheme, contact) WHERE contact IS NOT NULL;
CREATE INDEX report_of_question ON report (question) WHERE question IS NOT NULL;

-- `round` 0: an answer to a test question, given after the decision; it is a vote of no round.
CREATE TABLE vote (
    known_case INTEGER NOT NULL REFERENCES known_case (id) ON DELETE CASCADE,
    round INTEGER NOT NULL,
    staff INTEGER NOT NULL REFERENCES staff (id),
    verdict TEXT NOT NULL CHECK (verdict IN ('scam', 'doubtful', 'genuine', 'hoax')),
    scheme TEXT,
    sure INTEGER NOT NULL CHECK (sure IN (0, 1)),
    at TEXT NOT NULL,
    PRIMARY KEY (known_case, round, staff)
) STRICT, WITHOUT ROWID;
CREATE INDEX vote_of_staff ON vote (staff, at);

-- What a voter says belongs to the swindlers: a link, a handle or a number that stands in the case's text.
CREATE TABLE named (
    known_case INTEGER NOT NULL,
    round INTEGER NOT NULL,
    staff INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('link', 'handle', 'phone')),
    value TEXT NOT NULL,
    PRIMARY KEY (known_case, round, staff, kind, value),
    FOREIGN KEY (known_case, round, staff) REFERENCES vote (known_case, round, staff) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- `owed`: somebody may still have to be told.
CREATE TABLE decision (
    known_case INTEGER NOT NULL REFERENCES known_case (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('scam', 'doubtful', 'genuine', 'hoax')),
    scheme TEXT,
    how TEXT NOT NULL CHECK (how IN ('quorum', 'senior')),
    by INTEGER REFERENCES staff (id),
    at TEXT NOT NULL,
    tell_at TEXT NOT NULL,
    owed INTEGER NOT NULL DEFAULT 1 CHECK (owed IN (0, 1)),
    PRIMARY KEY (known_case, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX decision_by_time ON decision (tell_at);
CREATE INDEX decision_to_tell ON decision (tell_at) WHERE owed = 1;

-- What a decision put into the register of suspects, so that a correction can take it back.
CREATE TABLE listed (
    known_case INTEGER NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('link', 'handle', 'phone')),
    value TEXT NOT NULL,
    PRIMARY KEY (known_case, version, kind, value),
    FOREIGN KEY (known_case, version) REFERENCES decision (known_case, version) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX listed_value ON listed (kind, value);

-- Who looks at a case until when; `passed`: who would rather not see it again so soon, which holds it for nobody. `lent`: of a test
-- question, the real case whose sightings and age it is shown with.
CREATE TABLE claim (
    known_case INTEGER NOT NULL REFERENCES known_case (id) ON DELETE CASCADE,
    staff INTEGER NOT NULL REFERENCES staff (id),
    until TEXT NOT NULL,
    passed INTEGER NOT NULL DEFAULT 0 CHECK (passed IN (0, 1)),
    lent INTEGER REFERENCES known_case (id) ON DELETE SET NULL,
    PRIMARY KEY (known_case, staff)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_of_staff ON claim (staff);
CREATE INDEX claim_lent ON claim (lent) WHERE lent IS NOT NULL;

-- Who must be told which version: claimed before the call; a claim whose end nobody wrote down is unknown and never repeated.
CREATE TABLE telling (
    report INTEGER NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('claimed', 'told', 'refused', 'later')),
    at TEXT NOT NULL,
    PRIMARY KEY (report, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX telling_later ON telling (at) WHERE state = 'later';

CREATE TABLE volunteer (
    staff INTEGER PRIMARY KEY REFERENCES staff (id),
    telegram INTEGER UNIQUE,
    senior INTEGER NOT NULL DEFAULT 0 CHECK (senior IN (0, 1)),
    since TEXT NOT NULL,
    left_at TEXT
) STRICT;

-- How much somebody did within the hour (since 1970) in which they did something last.
CREATE TABLE hurry (
    staff INTEGER PRIMARY KEY REFERENCES staff (id),
    hour INTEGER NOT NULL,
    done INTEGER NOT NULL
) STRICT;

CREATE TABLE blocked_reporter (
    asker BLOB PRIMARY KEY CHECK (length(asker) = 32),
    by INTEGER NOT NULL REFERENCES staff (id),
    reason TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What a report speaks of: its case, and each link, handle and number in it (numbers as a keyed hash). Kept for some days, to see
-- when many strangers speak of one name at once; then there is one alarm.
CREATE TABLE spoken_of (
    place TEXT NOT NULL,
    report INTEGER NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    newcomer INTEGER NOT NULL CHECK (newcomer IN (0, 1)),
    at TEXT NOT NULL,
    PRIMARY KEY (place, report)
) STRICT, WITHOUT ROWID;
CREATE INDEX spoken_of_newcomers ON spoken_of (place, at) WHERE newcomer = 1;
CREATE INDEX spoken_of_report ON spoken_of (report);
CREATE INDEX spoken_of_to_delete ON spoken_of (at);

CREATE TABLE alarm (
    place TEXT NOT NULL,
    at TEXT NOT NULL,
    reports INTEGER NOT NULL,
    PRIMARY KEY (place, at)
) STRICT, WITHOUT ROWID;
