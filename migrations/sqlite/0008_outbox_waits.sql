-- What waits is looked through with every delivery and every look at the metrics. One index answers by itself which rows may go and
-- how many wait, the other when the next may: before, each look read every row that waits.
DROP INDEX outbox_waiting;
CREATE INDEX outbox_waiting ON outbox (lane, id, not_before_ms, planned_ms, order_key, state) WHERE state IN ('planned', 'sent');
CREATE INDEX outbox_held ON outbox (not_before_ms) WHERE state IN ('planned', 'sent');
