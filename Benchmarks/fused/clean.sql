-- One connection, parallel as the server allows. Uniqueness is proven by counting distinct hashes of 64 bits,
-- which is cheaper than grouping but does not tell which rows share a key; equal hashes of different keys
-- would be counted as duplicates.

\set ON_ERROR_STOP on
SET work_mem = '256MB';
SET jit = off;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

\ir url.sql
\ir rows.sql

SELECT count(hash) - count(DISTINCT hash) AS "unique:pair surplus"
FROM (
    SELECT hashtextextended(:origin_key, hashtextextended(:customer_key, 0)) AS hash
    FROM core.company_customers
    OFFSET 0
) AS hashes;

SELECT count(*) FILTER (WHERE t.origin_company_domain IS NOT NULL AND o.domain IS NULL)
        AS "references:origin_company_domain",
    count(*) FILTER (WHERE t.customer_domain IS NOT NULL AND c.domain IS NULL)
        AS "references:customer_domain"
FROM core.company_customers AS t
LEFT JOIN core.companies AS o ON o.domain = t.origin_company_domain
LEFT JOIN core.companies AS c ON c.domain = t.customer_domain;

\ir staging.sql
\ir small.sql
\ir samples.sql
COMMIT;
