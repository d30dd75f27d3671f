-- Which message in the volunteers' Telegram shows which case, so that it can be edited: when the case is decided, corrected or erased.

-- `chat` below zero is the group, above it one volunteer's own. `message` is NULL from before the call until Telegram has answered:
-- a card whose end nobody wrote down may stand there and is not posted again. `look` is what it says now. The case of whoever said
-- /forgetme is gone: then `known_case` is NULL, and the text leaves the message too.
CREATE TABLE card (
    id INTEGER PRIMARY KEY,
    chat INTEGER NOT NULL,
    message INTEGER,
    known_case INTEGER REFERENCES known_case (id) ON DELETE SET NULL,
    round INTEGER NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('kk', 'ru', 'en')),
    look TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX card_of_case ON card (known_case);
CREATE INDEX card_by_time ON card (at);
