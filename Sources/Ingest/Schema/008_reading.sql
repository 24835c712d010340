-- What a language model was asked about pages, what it answered, and what that cost.

CREATE TABLE ingest.readings (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workflow text NOT NULL CHECK (workflow <> ''),
    case_study_url text NOT NULL,
    page_digest text NOT NULL,
    page_bytes integer NOT NULL,
    model text NOT NULL CHECK (model <> ''),
    prompt_digest text NOT NULL,
    state text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'answered', 'failed', 'lost')),
    attempts integer NOT NULL DEFAULT 0,
    input_tokens bigint,
    output_tokens bigint,
    reserved_usd numeric(18, 9) NOT NULL CHECK (reserved_usd >= 0),
    cost_usd numeric(18, 9) CHECK (cost_usd >= 0),
    answer text,
    reason text,
    spent_on date NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    held_until timestamptz NOT NULL,
    settled_at timestamptz,
    CHECK ((state = 'asked') = (settled_at IS NULL)),
    CHECK ((state = 'answered') = (answer IS NOT NULL))
);
COMMENT ON TABLE ingest.readings IS
    'What a language model was asked about a page, what it answered, and what that cost.';
COMMENT ON COLUMN ingest.readings.page_digest IS 'Of the text that it was given, not of the bytes of the page.';
COMMENT ON COLUMN ingest.readings.prompt_digest IS 'Of the instructions and the schema that it was given.';
COMMENT ON COLUMN ingest.readings.reserved_usd IS 'The most that it could cost: it counts until the cost is known.';
COMMENT ON COLUMN ingest.readings.answer IS 'As it came, to the byte.';
COMMENT ON COLUMN ingest.readings.held_until IS 'Until then whoever asked is believed to be waiting for the answer.';
-- Nobody pays for what another is paying for.
CREATE UNIQUE INDEX readings_asked
    ON ingest.readings (case_study_url, page_digest, workflow, model, prompt_digest)
    WHERE state = 'asked';
CREATE INDEX readings_answered
    ON ingest.readings (case_study_url, page_digest, workflow, model, prompt_digest, settled_at)
    WHERE state = 'answered';

-- One row a day, by the clock of the database and in UTC: what was spent, and what may yet be.
CREATE TABLE ingest.spending (
    day date PRIMARY KEY,
    usd numeric(18, 9) NOT NULL CHECK (usd >= 0)
);
COMMENT ON TABLE ingest.spending IS 'What readings cost, a row a day (UTC), with what is reserved for those under way.';

-- Answers hold what people wrote about people. A grant given by mistake shows none of it.
ALTER TABLE ingest.readings ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON ingest.readings, ingest.spending TO warehouse_ingest;
-- assay:ignore permissive-policy it shuts out all other roles; this one sees every row
CREATE POLICY ingest ON ingest.readings TO warehouse_ingest USING (true) WITH CHECK (true);
