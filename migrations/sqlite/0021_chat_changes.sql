-- From when on changes of messages in a watched channel are news: what people edited before it was watched is history. A channel that was
-- watched before this column was there gets its time when it is read for the first time after that.
ALTER TABLE high_water ADD COLUMN changes_from_ms INTEGER;
CREATE INDEX chat_lines_channel ON chat_lines (channel, message) WHERE gone = 0;
-- When a message said what it says of an alert: when it was written, or changed last. A change that was read is not read again.
ALTER TABLE chat_lines ADD COLUMN said_ms INTEGER NOT NULL DEFAULT 0;
