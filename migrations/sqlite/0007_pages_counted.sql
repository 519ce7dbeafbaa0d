-- How many pages were delivered is asked with each look at the metrics: counted here, not by reading every row there ever was.
CREATE INDEX outbox_pages ON outbox (lane, state, message) WHERE lane = 0 AND state = 'confirmed' AND message IS NOT NULL;
