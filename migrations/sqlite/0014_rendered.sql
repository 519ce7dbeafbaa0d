-- What a message that stays as it is says, as JSON of its body: from before the first request leaves until it is confirmed. Whether it
-- arrived is found out by its text, which may be another one by then: after a reload, a rename, a new version.
ALTER TABLE outbox ADD COLUMN rendered TEXT;
