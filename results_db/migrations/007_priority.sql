-- How soon a job is measured. What older versions asked for is as soon as the rest.
ALTER TABLE jobs ADD COLUMN priority VARCHAR DEFAULT 'normal';   -- high | normal | low
ALTER TABLE jobs ALTER COLUMN priority SET NOT NULL;
