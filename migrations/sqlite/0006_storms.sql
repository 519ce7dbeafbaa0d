-- Storms: times in which incidents that page nobody are folded into one board.
CREATE TABLE storms (
    number    INTEGER PRIMARY KEY NOT NULL,
    began_ms  INTEGER NOT NULL,
    last_ms   INTEGER NOT NULL,
    due_ms    INTEGER NOT NULL,
    ended_ms  INTEGER,
    rooms     INTEGER NOT NULL,
    within_ms INTEGER NOT NULL,
    quiet_ms  INTEGER NOT NULL,
    alerts    INTEGER NOT NULL DEFAULT 0,
    revision  INTEGER NOT NULL DEFAULT 1
) STRICT;

-- What a storm's board says of each incident. It no longer changes when the storm is over.
CREATE TABLE storm_incidents (
    storm    INTEGER NOT NULL,
    incident INTEGER NOT NULL,
    severity INTEGER NOT NULL,
    standing TEXT NOT NULL,
    alerts   INTEGER NOT NULL,
    firing   INTEGER NOT NULL,
    PRIMARY KEY (storm, incident)
) STRICT, WITHOUT ROWID;
CREATE INDEX storm_incidents_worst ON storm_incidents (storm, standing, severity, alerts DESC, incident);
