-- What the ingest core remembers about payloads. Nothing of it is served by the REST layer.

CREATE TABLE ingest.quarantine (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workflow text NOT NULL CHECK (workflow <> ''),
    raw_table text NOT NULL,
    raw_id uuid NOT NULL,
    path text NOT NULL,
    table_name text NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    -- Where only one value was left out and the row was stored without it, that value's column.
    column_name text,
    row jsonb NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'released', 'dropped')),
    quarantined_at timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz,
    CHECK ((state = 'waiting') = (settled_at IS NULL)),
    UNIQUE (raw_id, path, table_name, reason)
);
CREATE INDEX ON ingest.quarantine (workflow, id) WHERE state = 'waiting';
CREATE INDEX ON ingest.quarantine (raw_id) WHERE state = 'waiting';
COMMENT ON TABLE ingest.quarantine IS
    'Rows and values of payloads that break a promise; each waits here with its reason.';

-- A caller that did not hear the answer sends the payload again, with the same key.
CREATE TABLE ingest.answers (
    workflow text NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    digest text NOT NULL,
    -- As it was given, member by member: jsonb would put them in an order of its own.
    answer text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workflow, key)
);
CREATE INDEX ON ingest.answers (created_at);
COMMENT ON TABLE ingest.answers IS 'What was answered, by the key that the caller gave the request.';

-- The newest payload that was taken in of each subject: an older one that is replayed overwrites nothing.
CREATE TABLE ingest.subjects (
    workflow text NOT NULL,
    subject text NOT NULL,
    raw_id uuid NOT NULL,
    arrived_at timestamptz NOT NULL,
    PRIMARY KEY (workflow, subject)
);
COMMENT ON TABLE ingest.subjects IS 'The newest payload that was taken in of each subject.';

CREATE TABLE ingest.cursors (
    name text PRIMARY KEY,
    position text NOT NULL,
    done bigint NOT NULL DEFAULT 0,
    inserted bigint NOT NULL DEFAULT 0,
    updated bigint NOT NULL DEFAULT 0,
    skipped bigint NOT NULL DEFAULT 0,
    quarantined bigint NOT NULL DEFAULT 0,
    began_at timestamptz NOT NULL DEFAULT now(),
    moved_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE ingest.cursors IS 'How far a backfill or a replay that did not end has come.';

-- Refused rows hold what people wrote about people. A grant given by mistake shows none of it.
ALTER TABLE ingest.quarantine ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingest.answers ENABLE ROW LEVEL SECURITY;
