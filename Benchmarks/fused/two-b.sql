-- The second of two connections: everything else.

\set ON_ERROR_STOP on
SET work_mem = '256MB';
SET jit = off;
SET max_parallel_workers_per_gather = 0;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

\ir url.sql
\ir rows.sql

-- On one processor a hashed NOT IN is cheaper than two joins.
SELECT count(*) FILTER (
        WHERE origin_company_domain NOT IN (SELECT domain FROM core.companies WHERE domain IS NOT NULL))
        AS "references:origin_company_domain",
    count(*) FILTER (
        WHERE customer_domain NOT IN (SELECT domain FROM core.companies WHERE domain IS NOT NULL))
        AS "references:customer_domain"
FROM core.company_customers;

\ir small.sql
\ir samples.sql
COMMIT;
