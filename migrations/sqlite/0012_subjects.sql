-- Timeline, timers, things in Discord and rows of the outbox belong to a subject by one text key (inc:8, storm:2, override:3).
-- Before, only incidents had them, and storms used the number 0.

CREATE TABLE timeline_of (
    subject TEXT NOT NULL,
    seq     INTEGER NOT NULL,
    at_ms   INTEGER NOT NULL,
    version INTEGER NOT NULL,
    event   TEXT NOT NULL,
    PRIMARY KEY (subject, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO timeline_of (subject, seq, at_ms, version, event)
    SELECT 'inc:' || incident, seq, at_ms, version, event FROM timeline ORDER BY 1, 2;
DROP TABLE timeline;
ALTER TABLE timeline_of RENAME TO timeline;

CREATE TABLE timers_of (
    subject TEXT NOT NULL,
    kind    TEXT NOT NULL,
    due_ms  INTEGER NOT NULL,
    PRIMARY KEY (subject, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO timers_of (subject, kind, due_ms) SELECT 'inc:' || incident, kind, due_ms FROM timers WHERE incident > 0;
-- The end of a storm belonged to number 0: it is that of the storm which runs.
INSERT INTO timers_of (subject, kind, due_ms)
    SELECT 'storm:' || s.number, t.kind, t.due_ms FROM timers t, (SELECT MAX(number) AS number FROM storms WHERE ended_ms IS NULL) s
    WHERE t.incident = 0 AND s.number IS NOT NULL;
DROP TABLE timers;
ALTER TABLE timers_of RENAME TO timers;
CREATE INDEX timers_due ON timers (due_ms);

CREATE TABLE objects_of (
    subject    TEXT NOT NULL,
    name       TEXT NOT NULL,
    channel    INTEGER NOT NULL,
    message    INTEGER,
    digest     TEXT,
    touched_ms INTEGER NOT NULL,
    PRIMARY KEY (subject, name)
) STRICT, WITHOUT ROWID;
INSERT INTO objects_of (subject, name, channel, message, digest, touched_ms)
    SELECT CASE WHEN incident = 0 AND name LIKE 'board:%' THEN 'storm:' || substr(name, 7) ELSE 'inc:' || incident END,
           CASE WHEN incident = 0 AND name LIKE 'board:%' THEN 'board' ELSE name END,
           channel, message, digest, touched_ms FROM objects;
DROP TABLE objects;
ALTER TABLE objects_of RENAME TO objects;
CREATE INDEX objects_channel ON objects (channel);

ALTER TABLE outbox ADD COLUMN subject TEXT;
UPDATE outbox SET subject = 'inc:' || incident WHERE incident IS NOT NULL;
UPDATE outbox SET subject = 'storm:' || (effect ->> 'storm')
    WHERE incident IS NULL AND CASE WHEN json_valid(effect) THEN effect ->> 'storm' IS NOT NULL ELSE 0 END;
DROP INDEX outbox_message;
CREATE INDEX outbox_message ON outbox (subject) WHERE message IS NOT NULL;
ALTER TABLE outbox DROP COLUMN incident;

-- A storm has a timeline as everything has.
INSERT INTO timeline (subject, seq, at_ms, version, event)
    SELECT 'storm:' || number, 1, began_ms, 1, json_object('kind', 'began', 'rooms', rooms, 'within_ms', within_ms) FROM storms;
INSERT INTO timeline (subject, seq, at_ms, version, event)
    SELECT 'storm:' || number, 2, ended_ms, 1, json_object('kind', 'over', 'alerts', alerts) FROM storms WHERE ended_ms IS NOT NULL;
