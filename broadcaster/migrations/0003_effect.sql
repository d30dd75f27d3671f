-- What a campaign was seen to do. Kept when it is first seen: an edge knows only its last moment, so that whoever follows again
-- later would seem never to have left.
CREATE TABLE effect (
    campaign INTEGER NOT NULL REFERENCES campaign (id),
    look TEXT NOT NULL CHECK (look IN ('next', 'month')),
    taken_at TEXT NOT NULL, -- the snapshot's moment
    warned INTEGER NOT NULL,
    warned_left INTEGER NOT NULL,
    waited INTEGER NOT NULL,
    waited_left INTEGER NOT NULL,
    reached INTEGER NOT NULL, -- of the warned: whose message had gone out by then
    PRIMARY KEY (campaign, look)
) STRICT, WITHOUT ROWID;
