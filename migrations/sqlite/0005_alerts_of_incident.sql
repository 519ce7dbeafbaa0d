-- Alerts that fire are looked up by key when a report about them comes, and move together when their incident is merged.
DROP INDEX alerts_firing;
CREATE INDEX alerts_of_incident ON alerts (incident) WHERE firing = 1;
