-- What the silence of each heartbeat counts from, so that a restart extends it by the time we were down and no more.
ALTER TABLE heartbeats ADD COLUMN since_ms INTEGER;

-- Until when somebody watched: one row.
CREATE TABLE heartbeat_watch (
    id       INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    until_ms INTEGER NOT NULL
) STRICT;
