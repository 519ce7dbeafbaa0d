-- The record people find again: what each incident was, how it ended, what is still to be done; and counters over alerts.

ALTER TABLE incidents ADD COLUMN drill INTEGER NOT NULL DEFAULT 0;
ALTER TABLE incidents ADD COLUMN merged_into INTEGER;
ALTER TABLE incidents ADD COLUMN detected_by TEXT;
ALTER TABLE incidents ADD COLUMN detect_lag_ms INTEGER;
ALTER TABLE incidents ADD COLUMN acknowledged_ms INTEGER;
ALTER TABLE incidents ADD COLUMN resolved_ms INTEGER;
ALTER TABLE incidents ADD COLUMN fixed TEXT;
ALTER TABLE incidents ADD COLUMN postmortem_due_ms INTEGER;
ALTER TABLE incidents ADD COLUMN open_actions INTEGER NOT NULL DEFAULT 0;
CREATE INDEX incidents_opened ON incidents (opened_ms);
CREATE INDEX incidents_postmortem ON incidents (postmortem_due_ms) WHERE postmortem_due_ms IS NOT NULL;

-- Incidents from before have their times and what fixed them in the timeline.
UPDATE incidents SET
    acknowledged_ms = (SELECT MIN(t.at_ms) FROM timeline t WHERE t.incident = incidents.number AND t.event ->> 'kind' = 'acknowledged');
UPDATE incidents SET
    resolved_ms = (SELECT MAX(t.at_ms) FROM timeline t WHERE t.incident = incidents.number AND t.event ->> 'kind' = 'resolved'),
    fixed = (SELECT t.event ->> 'fixed' FROM timeline t WHERE t.incident = incidents.number AND t.event ->> 'kind' = 'resolved'
             ORDER BY t.seq DESC LIMIT 1)
WHERE status IN ('resolved', 'closed');

-- The labels an incident opened with.
CREATE TABLE incident_labels (
    incident INTEGER NOT NULL,
    label    TEXT NOT NULL,
    value    TEXT NOT NULL,
    PRIMARY KEY (incident, label, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_labels_pair ON incident_labels (label, value, incident DESC);

-- The words of each incident; rowid is its number. The texts are kept in it, so that a row is replaced only when a text
-- changed. The prefix indexes answer a word of which one to three letters are typed without reading all that begin so.
CREATE VIRTUAL TABLE incident_search USING fts5 (
    title, service, impact, fixed, cause, notes,
    tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);
INSERT INTO incident_search (rowid, title, service, fixed) SELECT number, title, service, fixed FROM incidents;

-- An incident is found by its title from the moment it is there, whichever version of the program wrote it.
CREATE TRIGGER incidents_searched AFTER INSERT ON incidents
WHEN NOT EXISTS (SELECT 1 FROM incident_search WHERE rowid = new.number) BEGIN
    INSERT INTO incident_search (rowid, title, service) VALUES (new.number, new.title, new.service);
END;
CREATE TRIGGER incidents_searched_again AFTER UPDATE OF title, service ON incidents
WHEN new.title IS NOT old.title OR new.service IS NOT old.service BEGIN
    UPDATE incident_search SET title = new.title, service = new.service WHERE rowid = new.number;
END;

-- Per alerting rule: how many alerts were looked at, and how many lacked nothing.
CREATE TABLE alert_rules (
    integration TEXT NOT NULL,
    rule        TEXT NOT NULL,
    seen        INTEGER NOT NULL,
    good        INTEGER NOT NULL,
    last_ms     INTEGER NOT NULL,
    url         TEXT,
    PRIMARY KEY (integration, rule)
) STRICT, WITHOUT ROWID;

-- How often each thing was lacking.
CREATE TABLE alert_rule_gaps (
    integration TEXT NOT NULL,
    rule        TEXT NOT NULL,
    gap         TEXT NOT NULL,
    count       INTEGER NOT NULL,
    PRIMARY KEY (integration, rule, gap)
) STRICT, WITHOUT ROWID;

-- What was promised after an incident.
CREATE TABLE action_items (
    incident INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    what     TEXT NOT NULL,
    owner    TEXT,
    due_ms   INTEGER,
    done_ms  INTEGER,
    PRIMARY KEY (incident, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX action_items_open ON action_items (due_ms) WHERE done_ms IS NULL;
