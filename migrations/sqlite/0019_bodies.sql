-- What integrations sent that became no alert (skipped by their `when`), or that nobody could read (unmapped): the last of each kind.
-- number counts them since the first, without a gap.
CREATE TABLE bodies (
    integration TEXT NOT NULL,
    kind        TEXT NOT NULL,
    number      INTEGER NOT NULL,
    at_ms       INTEGER NOT NULL,
    text        TEXT NOT NULL,
    PRIMARY KEY (integration, kind, number)
) STRICT, WITHOUT ROWID;
