-- name: company_by_domain :one
SELECT id, name FROM core.companies WHERE domain = @domain;

-- name: company_by_title :many
SELECT id FROM core.companies WHERE title = :title;  -- stale: missing-column

\set limit 10
WITH named AS (SELECT id FROM core.named_companies)
SELECT n.id FROM named n LIMIT :limit;

COPY core.company_custmers (id, source) FROM stdin;  -- stale: missing-table
1	it's a row
\.

TRUNCATE raw.payloads, raw.payload;  -- stale: missing-table
