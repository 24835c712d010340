-- The first of two connections: uniqueness, which PostgreSQL computes on one processor, and the staging table.
-- After each \echo stand the checks of one table; a column is a check, its value the violations.

\set ON_ERROR_STOP on
SET work_mem = '256MB';
SET jit = off;
SET max_parallel_workers_per_gather = 0;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

\echo core.company_customers/
SELECT count(*) AS "unique:pair groups"
FROM (
    SELECT 1
    FROM (
        SELECT :origin_key AS a, :customer_key AS b
        FROM core.company_customers
        WHERE origin_company_domain IS NOT NULL AND customer_domain IS NOT NULL
        OFFSET 0
    ) AS keys
    WHERE a IS NOT NULL AND b IS NOT NULL
    GROUP BY a, b
    HAVING count(*) > 1
) AS groups;

\ir staging.sql
COMMIT;
