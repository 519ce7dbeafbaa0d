-- Alerts that were read in watched channels, and the messages of ours that stand under those lines. A note's key is the key of
-- the outbox row that posts it; about is the group whose incident its lines would join; state is asking, opened,
-- declined, withdrawn or known. A line is gone when its message was deleted, or says nothing of it any more.
CREATE TABLE chat_notes (
    note        TEXT PRIMARY KEY NOT NULL,
    about       TEXT NOT NULL,
    state       TEXT NOT NULL,
    journal     INTEGER NOT NULL,
    title       TEXT NOT NULL,
    channel     INTEGER NOT NULL,
    at_ms       INTEGER NOT NULL,
    incident    INTEGER,
    answered_by TEXT
) STRICT;
CREATE INDEX chat_notes_live ON chat_notes (state, at_ms);
CREATE TABLE chat_lines (
    message     INTEGER NOT NULL,
    dedup_key   TEXT NOT NULL,
    channel     INTEGER NOT NULL,
    author      INTEGER NOT NULL,
    author_name TEXT NOT NULL,
    journal     INTEGER NOT NULL,
    note        TEXT,
    resolved    INTEGER NOT NULL DEFAULT 0,
    gone        INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (message, dedup_key)
) STRICT;
CREATE INDEX chat_lines_note ON chat_lines (note) WHERE note IS NOT NULL;
CREATE INDEX chat_lines_journal ON chat_lines (journal);
