-- Whether somebody said since that it is over is asked for each question that stands, by the alert.
CREATE INDEX chat_lines_key ON chat_lines (dedup_key, journal) WHERE gone = 0;
