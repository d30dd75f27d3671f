-- The next one of a campaign that repeats: made once, however often its predecessor ends.
ALTER TABLE campaign ADD COLUMN follows INTEGER REFERENCES campaign (id);
CREATE UNIQUE INDEX campaign_follows ON campaign (follows) WHERE follows IS NOT NULL;

-- `guest`: colleagues may send tests there too.
ALTER TABLE staff_address ADD COLUMN guest INTEGER NOT NULL DEFAULT 0 CHECK (guest IN (0, 1));

-- `asked_by`: a colleague, NULL where `staff` asked for it themselves; `press`: the first message of those asked for at once.
ALTER TABLE test_message ADD COLUMN asked_by INTEGER REFERENCES staff (id);
ALTER TABLE test_message ADD COLUMN press INTEGER REFERENCES test_message (id);
