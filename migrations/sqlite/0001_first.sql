-- All times are milliseconds since the epoch. Names and shapes are explained in crates/store.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT;

-- Accepted input, one row per report. outcome is null until it is decided.
CREATE TABLE journal (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    received_ms INTEGER NOT NULL,
    report      TEXT NOT NULL,
    outcome     TEXT,
    incident    INTEGER,
    decided_ms  INTEGER
) STRICT;
CREATE INDEX journal_undecided ON journal (id) WHERE outcome IS NULL;

-- What is known of each alert, by dedup key.
CREATE TABLE alerts (
    dedup_key  TEXT PRIMARY KEY NOT NULL,
    firing     INTEGER NOT NULL,
    incident   INTEGER,
    title      TEXT NOT NULL,
    seen       INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX alerts_firing ON alerts (dedup_key) WHERE firing = 1;

-- A projection of the timeline, for lists and look-ups.
CREATE TABLE incidents (
    number     INTEGER PRIMARY KEY NOT NULL,
    title      TEXT NOT NULL,
    severity   INTEGER NOT NULL,
    status     TEXT NOT NULL,
    service    TEXT,
    group_key  TEXT,
    opened_by  INTEGER,
    opened_ms  INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    last_seq   INTEGER NOT NULL
) STRICT;
CREATE INDEX incidents_status ON incidents (status, number);
CREATE INDEX incidents_opened_by ON incidents (opened_by, opened_ms) WHERE opened_by IS NOT NULL;

-- The truth about incidents: their events, in order.
CREATE TABLE timeline (
    incident INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    at_ms    INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    event    TEXT NOT NULL,
    PRIMARY KEY (incident, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE timers (
    incident INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    due_ms   INTEGER NOT NULL,
    PRIMARY KEY (incident, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX timers_due ON timers (due_ms);

-- Effects on their way out: planned -> sent -> confirmed, or dropped, or dead.
CREATE TABLE outbox (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    key           TEXT NOT NULL UNIQUE,
    incident      INTEGER,
    lane          INTEGER NOT NULL,
    version       INTEGER NOT NULL,
    effect        TEXT NOT NULL,
    supersede     TEXT,
    order_key     TEXT,
    state         TEXT NOT NULL DEFAULT 'planned',
    planned_ms    INTEGER NOT NULL,
    not_before_ms INTEGER NOT NULL,
    attempts      INTEGER NOT NULL DEFAULT 0,
    sent_ms       INTEGER,
    finished_ms   INTEGER,
    reason        TEXT,
    channel       INTEGER,
    message       INTEGER
) STRICT;
CREATE INDEX outbox_waiting ON outbox (lane, id) WHERE state IN ('planned', 'sent');
CREATE INDEX outbox_order ON outbox (order_key, id) WHERE state IN ('planned', 'sent');
CREATE INDEX outbox_supersede ON outbox (supersede) WHERE state = 'planned';
CREATE INDEX outbox_message ON outbox (incident) WHERE message IS NOT NULL;

-- What Discord gave us for an incident.
CREATE TABLE objects (
    incident   INTEGER NOT NULL,
    name       TEXT NOT NULL,
    channel    INTEGER NOT NULL,
    message    INTEGER,
    digest     TEXT,
    touched_ms INTEGER NOT NULL,
    PRIMARY KEY (incident, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX objects_channel ON objects (channel);

-- Interactions that were handled, so that one delivered twice is done once.
CREATE TABLE interactions (
    id    INTEGER PRIMARY KEY NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;

-- The last message handled in each watched channel.
CREATE TABLE high_water (
    channel INTEGER PRIMARY KEY NOT NULL,
    message INTEGER NOT NULL
) STRICT;
