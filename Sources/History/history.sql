
-- What Assay keeps of its runs: when each took place, and what it measured of each check. No key and no
-- value of a row is in it.

CREATE SCHEMA IF NOT EXISTS assay;

CREATE TABLE IF NOT EXISTS assay.history_version (
    version integer PRIMARY KEY,
    installed_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE assay.history_version IS 'The versions of the history that were installed; the highest holds.';
INSERT INTO assay.history_version (version) VALUES (1), (2) ON CONFLICT DO NOTHING;

CREATE TABLE IF NOT EXISTS assay.runs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    suite text NOT NULL,
    database text NOT NULL,
    system_identifier text,
    lock bigint NOT NULL,
    state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'finished', 'died')),
    assay text NOT NULL,
    recorded_by text NOT NULL DEFAULT session_user,
    backend integer NOT NULL DEFAULT pg_backend_pid(),
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz,
    name text,
    snapshot_at timestamptz,
    seconds double precision,
    is_whole boolean,
    server text,
    server_version text,
    role text,
    baseline text,
    exit_status integer,
    passed integer,
    warned integer,
    failed integer,
    errored integer,
    known integer,
    not_applicable integer,
    violations bigint,
    new bigint,
    gone bigint,
    trouble text
);
COMMENT ON TABLE assay.runs IS
    'One row an audit, from its beginning on. While it runs, its session holds the advisory lock.';
CREATE INDEX IF NOT EXISTS runs_by_lock ON assay.runs (lock, id);

CREATE TABLE IF NOT EXISTS assay.results (
    run bigint NOT NULL REFERENCES assay.runs (id) ON DELETE CASCADE,
    position integer NOT NULL,
    check_id text NOT NULL,
    table_name text NOT NULL,
    kind text NOT NULL,
    dimension text NOT NULL,
    severity text NOT NULL,
    outcome text NOT NULL,
    violations bigint,
    scope bigint,
    groups bigint,
    new bigint,
    gone bigint,
    still bigint,
    value double precision,
    trouble text,
    PRIMARY KEY (run, position)
);
-- Version 2: the value of checks that are held against earlier runs.
ALTER TABLE assay.results ADD COLUMN IF NOT EXISTS value double precision;
COMMENT ON TABLE assay.results IS 'What a run measured of a check; violations are null where it could not.';
CREATE INDEX IF NOT EXISTS results_by_check ON assay.results (check_id, run);
