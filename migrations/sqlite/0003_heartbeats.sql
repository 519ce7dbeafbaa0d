-- When each heartbeat was last heard of, and whether its silence is an alert that fires.
CREATE TABLE heartbeats (
    name    TEXT PRIMARY KEY NOT NULL,
    last_ms INTEGER,
    silent  INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
