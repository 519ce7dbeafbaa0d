-- The silence that holds an alert back while it fires, by number. None: nothing does.
ALTER TABLE alerts ADD COLUMN silence INTEGER;
CREATE INDEX alerts_silenced ON alerts (silence) WHERE silence IS NOT NULL;
