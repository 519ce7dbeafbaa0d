-- Openings that would page, asked for by somebody who may not page: responders answer. id is the interaction that asked;
-- answer is null until it is answered, then opened (as incident) or declined.
CREATE TABLE asked_openings (
    id       INTEGER PRIMARY KEY NOT NULL,
    user     INTEGER NOT NULL,
    at_ms    INTEGER NOT NULL,
    opening  TEXT NOT NULL,
    answer   TEXT,
    incident INTEGER
) STRICT;
CREATE INDEX asked_openings_user ON asked_openings (user, at_ms);
