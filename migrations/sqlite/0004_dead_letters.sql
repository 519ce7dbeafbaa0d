-- Dead letters are counted often and are few.
CREATE INDEX outbox_dead ON outbox (id) WHERE state = 'dead';
