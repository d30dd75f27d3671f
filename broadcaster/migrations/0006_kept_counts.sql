-- What the pages of the staff count: kept in the transaction that changes it, never counted afterwards.
-- A trigger's counts begin at 0 and are raised: an upsert in it would follow the OR IGNORE of the statement that set it off.

-- Of attempts with a reason. Written by `attempts`: a trigger cost every message with a reference a tenth of its settling.
CREATE TABLE reason_tally (
    campaign INTEGER NOT NULL,
    reason TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (campaign, reason)
) STRICT, WITHOUT ROWID;
INSERT INTO reason_tally (campaign, reason, n) SELECT campaign, reason, count(*) FROM attempt WHERE reason <> '' GROUP BY 1, 2;

-- The deliveries whose answer was lost: few, and every one of them wants a person. Written beside the state in `delivery`.
CREATE TABLE unknown_delivery (
    campaign INTEGER NOT NULL,
    contact INTEGER NOT NULL,
    PRIMARY KEY (campaign, contact)
) STRICT, WITHOUT ROWID;
INSERT INTO unknown_delivery (campaign, contact)
SELECT delivery.campaign, delivery.contact
FROM (SELECT DISTINCT campaign FROM tally WHERE state = 7 AND n > 0) AS some
CROSS JOIN delivery ON delivery.campaign = some.campaign AND delivery.state = 7;

-- Set when the audience is frozen; merging two contacts moves a row of `waiting` or leaves it.
ALTER TABLE campaign ADD COLUMN waiting_group INTEGER NOT NULL DEFAULT 0;
UPDATE campaign SET waiting_group = (SELECT count(*) FROM waiting WHERE waiting.campaign = campaign.id)
WHERE EXISTS (SELECT 1 FROM waiting WHERE waiting.campaign = campaign.id);

-- `hour` since the message was sent; `day` since 1970 in Kazakhstan, whose one time has been UTC+5 since 2024-03-01.
CREATE TABLE opt_out_by_hour (
    campaign INTEGER NOT NULL,
    route INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (campaign, route, hour)
) STRICT, WITHOUT ROWID;
CREATE TABLE opt_out_by_day (
    day INTEGER NOT NULL,
    campaign INTEGER NOT NULL,
    route INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (day, campaign, route)
) STRICT, WITHOUT ROWID;
INSERT INTO opt_out_by_hour (campaign, route, hour, n) SELECT campaign, route, second / 3600, count(*) FROM opt_out GROUP BY 1, 2, 3;
INSERT INTO opt_out_by_day (day, campaign, route, n)
SELECT (unixepoch(at) + 18000) / 86400, campaign, route, count(*) FROM opt_out GROUP BY 1, 2, 3;
CREATE TRIGGER opt_out_is_counted AFTER INSERT ON opt_out
BEGIN
    INSERT OR IGNORE INTO opt_out_by_hour (campaign, route, hour, n) VALUES (NEW.campaign, NEW.route, NEW.second / 3600, 0);
    UPDATE opt_out_by_hour SET n = n + 1 WHERE campaign = NEW.campaign AND route = NEW.route AND hour = NEW.second / 3600;
    INSERT OR IGNORE INTO opt_out_by_day (day, campaign, route, n)
    VALUES ((unixepoch(NEW.at) + 18000) / 86400, NEW.campaign, NEW.route, 0);
    UPDATE opt_out_by_day SET n = n + 1
    WHERE day = (unixepoch(NEW.at) + 18000) / 86400 AND campaign = NEW.campaign AND route = NEW.route;
END;

-- How large the register is: contacts, and addresses that must not be written to now.
CREATE TABLE register_size (
    noun TEXT PRIMARY KEY CHECK (noun IN ('contact', 'stopped')),
    n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO register_size (noun, n) SELECT 'contact', count(*) FROM contact;
INSERT INTO register_size (noun, n)
SELECT 'stopped', count(*) FROM (SELECT address, max(id) AS last FROM suppression GROUP BY address) AS latest
JOIN suppression ON suppression.id = latest.last AND suppression.state = 'stopped';
CREATE TRIGGER contact_is_counted AFTER INSERT ON contact
BEGIN
    UPDATE register_size SET n = n + 1 WHERE noun = 'contact';
END;
CREATE TRIGGER contact_counts_no_more AFTER DELETE ON contact
BEGIN
    UPDATE register_size SET n = n - 1 WHERE noun = 'contact';
END;
CREATE TRIGGER suppression_is_counted AFTER INSERT ON suppression
WHEN (NEW.state = 'stopped') <> coalesce(
    (SELECT state = 'stopped' FROM suppression WHERE address = NEW.address AND id < NEW.id ORDER BY id DESC LIMIT 1), 0)
BEGIN
    UPDATE register_size SET n = n + iif(NEW.state = 'stopped', 1, -1) WHERE noun = 'stopped';
END;

-- Who of the warned was not in the latest snapshot any more; `suspect` as it may be printed.
CREATE TABLE leaving (
    campaign INTEGER NOT NULL REFERENCES campaign (id),
    suspect TEXT NOT NULL,
    seen_at TEXT NOT NULL, -- the snapshot's moment
    warned INTEGER NOT NULL,
    unfollowed INTEGER NOT NULL,
    PRIMARY KEY (campaign, suspect)
) STRICT, WITHOUT ROWID;

-- Who became a contact: staff who look up what a person got ask for those that were merged into it.
CREATE INDEX audit_of_keepers ON audit (json_extract(detail, '$.into')) WHERE action = 'contact.merge';
