-- Episodes: what fires by the last word of each sender, and how it ended. Shapes are explained in domain's episode.rs.

-- The beginning of what fires, by its sender's clock, and which sender; those of further senders stand in beside, as JSON.
ALTER TABLE alerts ADD COLUMN starts_ms INTEGER;
ALTER TABLE alerts ADD COLUMN sender INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alerts ADD COLUMN beside TEXT;
-- How the last episode ended: told, person, incident, expired.
ALTER TABLE alerts ADD COLUMN ended TEXT;
-- The last end that was told: of which beginning, by which sender, when.
ALTER TABLE alerts ADD COLUMN told_starts_ms INTEGER;
ALTER TABLE alerts ADD COLUMN told_sender INTEGER;
ALTER TABLE alerts ADD COLUMN told_ms INTEGER;
-- Its sender never tells ends.
ALTER TABLE alerts ADD COLUMN endless INTEGER NOT NULL DEFAULT 0;
-- What the last report said, as a number; its group; its row in the journal; when it came.
ALTER TABLE alerts ADD COLUMN content INTEGER;
ALTER TABLE alerts ADD COLUMN sender_group INTEGER;
ALTER TABLE alerts ADD COLUMN report INTEGER;
ALTER TABLE alerts ADD COLUMN heard_ms INTEGER;
-- The longest time between two reports while it fires, and how many came.
ALTER TABLE alerts ADD COLUMN every_ms INTEGER;
ALTER TABLE alerts ADD COLUMN repeated INTEGER NOT NULL DEFAULT 0;
