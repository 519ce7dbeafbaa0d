-- Which stage stopped a report, and why: a code with what its sentence needs, as JSON; none when nothing stopped it. Shapes are
-- explained in domain's stages.rs. Both are none for what was decided before.
ALTER TABLE journal ADD COLUMN stage TEXT;
ALTER TABLE journal ADD COLUMN reason TEXT;
