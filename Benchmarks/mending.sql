-- A table of which every tenth row has a domain written in an untidy way; the same in every run.
--
--     psql -v rows=1000000 -f mending.sql

\set ON_ERROR_STOP on
SET synchronous_commit = off;

CREATE SCHEMA core;
CREATE TABLE core.customers (
    id bigint,
    domain text,
    name text,
    source text,
    url text,
    created_at timestamptz
);

INSERT INTO core.customers
SELECT n,
    CASE WHEN n % 10 <> 0 THEN plain.domain
        WHEN n % 20 = 0 THEN 'https://www.' || plain.domain || '/'
        ELSE upper(plain.domain) END,
    'Customer Holdings ' || n,
    (ARRAY['clay', 'crawler', 'manual'])[1 + n % 3],
    'https://' || plain.domain || '/case-studies/' || n,
    timestamptz '2026-01-01 00:00:00+00' + n * interval '1 second'
FROM generate_series(1, :rows::bigint) AS n,
    LATERAL (SELECT (ARRAY['acme', 'globex', 'umbrella-labs'])[1 + n % 3] || '-' || n || '.com' AS domain)
        AS plain;

ALTER TABLE core.customers ADD PRIMARY KEY (id);
CREATE INDEX customers_domain_idx ON core.customers (domain);
VACUUM ANALYZE core.customers;
