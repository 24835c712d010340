-- Four tables of generated data, the same in every run: no random(), only arithmetic on the row's number.
--
--     psql -v customers=1000000 -v staging=1000000 -v companies=200000 -v industries=500000 -f data.sql
--
-- Of each text about 1 % is null, 8 % of the domains are written in one of six untidy ways, 0.5 % refer to
-- no company, and 3 % of the rows repeat the pair of domains of the row before. Zeros give empty tables.

\set ON_ERROR_STOP on
SET synchronous_commit = off;
SET maintenance_work_mem = '1GB';

CREATE SCHEMA core;
CREATE SCHEMA raw;
CREATE SCHEMA reference;

-- Helpers live in pg_temp, so that nothing but tables stays behind.

-- A number from 0 to 65535 that looks random, one sequence for each salt. 655 of them are 1 %.
CREATE FUNCTION pg_temp.spread(number bigint, salt integer) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
    SELECT (((number # (salt::bigint * 40503)) * 2654435761) % 4294967296) / 65536
$$;

CREATE FUNCTION pg_temp.domain_of(company bigint) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT (ARRAY['acme', 'globex', 'initech', 'umbrella-labs', 'hooli', 'stark-industries', 'wayne',
                  'soylent'])[1 + company % 8]
        || '-' || company || (ARRAY['.com', '.io', '.co.uk', '.de', '.ai'])[1 + company % 5]
$$;

CREATE FUNCTION pg_temp.untidy(domain text, way bigint) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE way % 6
        WHEN 0 THEN 'https://' || domain
        WHEN 1 THEN 'www.' || domain
        WHEN 2 THEN domain || '/customers'
        WHEN 3 THEN domain || '/'
        WHEN 4 THEN upper(domain)
        ELSE 'HTTPS://WWW.' || upper(domain) || '/'
    END
$$;

CREATE TABLE core.companies (domain text, name text, linkedin_url text);

INSERT INTO core.companies
SELECT pg_temp.domain_of(company),
    'Company Holdings ' || company,
    CASE WHEN company % 211 = 0 THEN 'linkedin.com/in/person-' || company
        ELSE 'https://www.linkedin.com/company/co-' || company END
FROM generate_series(0, :companies::bigint - 1) AS company;

ALTER TABLE core.companies ADD UNIQUE (domain);

CREATE TABLE reference.industry_lookup (industry_id integer PRIMARY KEY, industry_name text NOT NULL);

INSERT INTO reference.industry_lookup
SELECT number, 'Industry ' || number
FROM generate_series(1, least(434, :industries::bigint)) AS number;

CREATE TABLE core.company_industries (id bigint, domain text, industry_id integer);

INSERT INTO core.company_industries
SELECT id,
    CASE WHEN id % 499 = 0 THEN 'ghost-' || id || '.com'
        ELSE pg_temp.domain_of((id * 7919) % greatest(:companies::bigint, 1)) END,
    CASE WHEN id % 997 = 0 THEN 9000 + (id % 50)::integer
        ELSE 1 + ((id * 31) % 434)::integer END
FROM generate_series(1, :industries::bigint) AS id;

ALTER TABLE core.company_industries ADD PRIMARY KEY (id);

CREATE TABLE core.company_customers (
    id bigint,
    origin_company_name text,
    origin_company_domain text,
    customer_company_name text,
    customer_domain text,
    case_study_url text,
    source text,
    created_at timestamptz,
    updated_at timestamptz
);

INSERT INTO core.company_customers
SELECT id,
    CASE WHEN pg_temp.spread(id, 1) < 655 THEN NULL ELSE 'Vendor Holdings ' || vendor END,
    CASE WHEN pg_temp.spread(id, 2) < 655 THEN NULL
        WHEN pg_temp.spread(id, 3) < 5243 THEN pg_temp.untidy(vendor_domain, id)
        ELSE vendor_domain END,
    CASE WHEN pg_temp.spread(id, 4) < 655 THEN NULL ELSE 'Customer Corporation ' || customer END,
    CASE WHEN pg_temp.spread(id, 5) < 655 THEN NULL
        WHEN pg_temp.spread(id, 6) < 5243 THEN pg_temp.untidy(customer_domain, id / 7)
        ELSE customer_domain END,
    CASE WHEN pg_temp.spread(id, 7) < 655 THEN NULL
        WHEN pg_temp.spread(id, 8) < 300 THEN 'vendor' || vendor || '.com/stories'
        WHEN pg_temp.spread(id, 9) < 100 THEN 'http://x'
        ELSE 'https://www.vendor' || vendor || '.com/customers/customer-corporation-' || customer
            || '/case-study-' || id END,
    CASE WHEN pg_temp.spread(id, 10) < 655 THEN NULL
        WHEN pg_temp.spread(id, 11) < 200 THEN 'unknown'
        ELSE (ARRAY['clay', 'crawler', 'manual', 'partner'])[1 + (id % 4)] END,
    CASE WHEN pg_temp.spread(id, 12) < 655 THEN NULL ELSE moment END,
    CASE WHEN pg_temp.spread(id, 13) < 655 THEN NULL
        WHEN pg_temp.spread(id, 14) < 60 THEN moment - interval '1 day'
        ELSE moment + make_interval(secs => id % 90000) END
FROM (
    SELECT id, vendor, customer,
        CASE WHEN pg_temp.spread(pair, 20) < 328 THEN 'orphan-' || vendor || '.net'
            ELSE pg_temp.domain_of(vendor) END AS vendor_domain,
        CASE WHEN pg_temp.spread(pair, 21) < 328 THEN 'orphan-' || customer || '.net'
            WHEN pg_temp.spread(pair, 22) < 66 THEN pg_temp.domain_of(vendor)
            ELSE pg_temp.domain_of(customer) END AS customer_domain,
        timestamptz '2024-01-01 00:00:00+00' + make_interval(secs => (id * 7) % 78000000) AS moment
    FROM (
        SELECT id, pair, (pair * 7919) % 200000 AS vendor,
            (pair * 104729 + (pair / 200000) * 13) % 200000 AS customer
        FROM (
            SELECT id, CASE WHEN id % 33 = 0 THEN id - 1 ELSE id END AS pair
            FROM generate_series(1, :customers::bigint) AS id
        ) AS numbered OFFSET 0
    ) AS numbers OFFSET 0
) AS texts;

ALTER TABLE core.company_customers ADD PRIMARY KEY (id);

CREATE TABLE raw.staging_case_study_urls (
    id bigint,
    origin_company_name text,
    origin_company_domain text,
    customer_company_name text,
    case_study_url text,
    processed boolean,
    sent_to_clay boolean,
    batch_id text,
    created_at timestamptz
);

INSERT INTO raw.staging_case_study_urls
SELECT id,
    CASE WHEN pg_temp.spread(id, 31) < 655 THEN NULL ELSE 'Vendor Holdings ' || vendor END,
    CASE WHEN pg_temp.spread(id, 32) < 655 THEN NULL
        WHEN pg_temp.spread(id, 33) < 5243 THEN pg_temp.untidy(pg_temp.domain_of(vendor), id)
        ELSE pg_temp.domain_of(vendor) END,
    CASE WHEN pg_temp.spread(id, 34) < 655 THEN NULL
        ELSE 'Customer Corporation ' || (id % 200000) END,
    CASE WHEN pg_temp.spread(id, 35) < 100 THEN NULL
        ELSE 'https://www.vendor' || vendor || '.com/customers/customer-' || (id % 200000)
            || '/case-study-' || id END,
    id % 3 <> 0,
    id % 5 = 0,
    CASE WHEN pg_temp.spread(id, 36) < 655 THEN NULL
        ELSE 'batch-' || lpad((id / 5000)::text, 6, '0') END,
    timestamptz '2025-01-01 00:00:00+00' + make_interval(secs => (id * 11) % 46000000)
FROM (
    SELECT id, (id * 7919) % 200000 AS vendor
    FROM generate_series(1, :staging::bigint) AS id
) AS numbers;

ALTER TABLE raw.staging_case_study_urls ADD PRIMARY KEY (id);
ALTER TABLE raw.staging_case_study_urls ADD UNIQUE (case_study_url);

VACUUM ANALYZE core.companies;
VACUUM ANALYZE reference.industry_lookup;
VACUUM ANALYZE core.company_industries;
VACUUM ANALYZE core.company_customers;
VACUUM ANALYZE raw.staging_case_study_urls;

-- Into shared buffers, so that no run pays for the first look.
CREATE EXTENSION pg_prewarm;
SELECT sum(pg_prewarm(oid)) AS pages
FROM pg_class
WHERE relnamespace IN ('core'::regnamespace, 'raw'::regnamespace, 'reference'::regnamespace)
    AND relkind IN ('r', 'i');
