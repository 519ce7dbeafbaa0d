-- Why an attempt ended as it did, as a code that is decided by, and on which way a page goes (room, direct, ntfy, email): both were
-- read out of the reason's sentence and the effect's JSON before.
ALTER TABLE outbox ADD COLUMN reason_code TEXT;
ALTER TABLE outbox ADD COLUMN carrier TEXT;

UPDATE outbox SET carrier = effect ->> 'via' WHERE CASE WHEN json_valid(effect) THEN effect ->> 'kind' = 'page' ELSE 0 END;

-- What died before: the sentence is searched once, here. 50013 and 50001 are Discord's codes for a lack of permission.
UPDATE outbox SET reason_code = CASE
        WHEN reason LIKE '%(code 50013)%' OR reason LIKE '%(code 50001)%' THEN 'missing_permission'
        WHEN reason LIKE 'given up after %' THEN 'too_many_attempts'
        WHEN reason LIKE '% attempts had no answer; it may have arrived' THEN 'too_many_attempts'
        WHEN reason LIKE '% is not a member of the server' THEN 'unknown_member'
        WHEN reason LIKE 'its % was deleted too often to be made anew%' THEN 'gone'
        WHEN reason LIKE 'a fault in Siaga (%' THEN 'fault'
    END
    WHERE state = 'dead' AND reason IS NOT NULL;

-- Rooms of incidents that are long over are looked up when somebody types a command there. Cards stand in one channel, all of them.
CREATE INDEX objects_rooms ON objects (channel) WHERE name IN ('thread', 'channel');
