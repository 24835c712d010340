-- Changes so many percent of the rows of the largest table, spread over all of it: eight in ten are updated, one in ten
-- is deleted, as many come.
--
--     psql -v percent=1 -v salt=7 -f changes.sql

\set ON_ERROR_STOP on
SET synchronous_commit = off;

UPDATE core.company_customers
SET customer_domain = CASE id % 3 WHEN 0 THEN customer_domain WHEN 1 THEN origin_company_domain
        ELSE 'new-' || id || '.com' END,
    updated_at = updated_at + interval '1 second'
WHERE (id * 7 + :salt) % 1000 < 8 * :percent;
DELETE FROM core.company_customers WHERE (id * 7 + :salt) % 1000 >= 1000 - :percent;
INSERT INTO core.company_customers
SELECT (SELECT max(id) FROM core.company_customers) + row_number() OVER (ORDER BY id), origin_company_name,
    origin_company_domain, customer_company_name, customer_domain, case_study_url, source, created_at, updated_at
FROM core.company_customers WHERE (id * 7 + :salt) % 1000 BETWEEN 500 AND 499 + :percent;

-- What a change leaves to its first reader and to the disk is no audit's to pay for, neither before the one nor before
-- the other.
SELECT count(*) AS rows FROM core.company_customers \gset
CHECKPOINT;
