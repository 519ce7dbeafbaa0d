-- When a timer was set, by the clock of then: one that was set in the future was set by a clock that went wrong, and its wait is
-- counted anew. Timers from before this column count as set long ago.
ALTER TABLE timers ADD COLUMN set_ms INTEGER NOT NULL DEFAULT 0;
