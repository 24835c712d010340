-- What is sent out, in the database: no row depends on the process that began to send it.

CREATE TABLE ingest.send_jobs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    webhook_url text NOT NULL,
    origin text NOT NULL,
    batch_id text CHECK (batch_id <> ''),
    state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'paused', 'stopped', 'finished')),
    reason text,
    not_before timestamptz NOT NULL DEFAULT '-infinity',
    created_at timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz,
    CHECK ((state IN ('stopped', 'finished')) = (settled_at IS NOT NULL))
);
COMMENT ON TABLE ingest.send_jobs IS 'What is to be sent where.';
COMMENT ON COLUMN ingest.send_jobs.webhook_url IS 'A secret: who knows it can send.';
COMMENT ON COLUMN ingest.send_jobs.origin IS 'Scheme, host and port of the webhook, which may be shown.';
COMMENT ON COLUMN ingest.send_jobs.not_before IS 'The webhook asked to be left alone until then.';
-- What is begun again while it is open goes on.
CREATE UNIQUE INDEX send_jobs_open ON ingest.send_jobs (webhook_url, coalesce(batch_id, ''))
    WHERE state IN ('running', 'paused');

CREATE TABLE ingest.send_items (
    job_id uuid NOT NULL REFERENCES ingest.send_jobs (id),
    staging_id uuid NOT NULL REFERENCES raw.staging_case_study_urls (id) ON DELETE CASCADE,
    message_id text NOT NULL UNIQUE DEFAULT 'msg_' || replace(gen_random_uuid()::text, '-', ''),
    state text NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'sending', 'sent', 'skipped', 'dead', 'stopped')),
    due_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    fence bigint NOT NULL DEFAULT 0,
    in_doubt boolean NOT NULL DEFAULT false,
    status integer,
    reason text,
    answer text,
    sent_at timestamptz,
    PRIMARY KEY (job_id, staging_id),
    CHECK ((state = 'sent') = (sent_at IS NOT NULL))
);
COMMENT ON TABLE ingest.send_items IS 'Rows of a job, and what became of each.';
COMMENT ON COLUMN ingest.send_items.message_id IS
    'Sent as webhook-id, the same at each attempt, so that the receiver knows what it has.';
COMMENT ON COLUMN ingest.send_items.due_at IS
    'While it waits, when it is tried next; while it is being sent, when another may take it over.';
COMMENT ON COLUMN ingest.send_items.fence IS
    'Grows with each who takes it on: only the last one may say what became of it.';
COMMENT ON COLUMN ingest.send_items.in_doubt IS
    'An attempt may have arrived though its answer was never seen.';
-- A row is on its way once, whichever job sends it.
CREATE UNIQUE INDEX send_items_open ON ingest.send_items (staging_id)
    WHERE state IN ('waiting', 'sending');
CREATE INDEX send_items_due ON ingest.send_items (due_at, staging_id)
    WHERE state IN ('waiting', 'sending');
CREATE INDEX ON ingest.send_items (job_id, state);

-- When the next request of each kind may be on the wire, over all processes.
CREATE TABLE ingest.pace (
    name text PRIMARY KEY,
    next_at timestamptz NOT NULL
);
COMMENT ON TABLE ingest.pace IS 'When the next request may leave, over all processes.';

ALTER TABLE ingest.send_jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingest.send_items ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON ingest.send_jobs, ingest.send_items, ingest.pace TO warehouse_ingest;
-- assay:ignore permissive-policy it shuts out all other roles; these see every row
CREATE POLICY ingest ON ingest.send_jobs TO warehouse_ingest USING (true) WITH CHECK (true);
-- assay:ignore permissive-policy it shuts out all other roles; these see every row
CREATE POLICY ingest ON ingest.send_items TO warehouse_ingest USING (true) WITH CHECK (true);
