SET lock_timeout = '2s';
ALTER TABLE core.t300 ADD COLUMN country text;
ALTER TABLE core.t300 ALTER COLUMN domain SET NOT NULL;
ALTER TABLE core.t299 ALTER COLUMN amount TYPE numeric(14, 2);
CREATE INDEX t298_name ON core.t298 (name);
ALTER TABLE core.t297 ADD CONSTRAINT named CHECK (name <> '') NOT VALID;
