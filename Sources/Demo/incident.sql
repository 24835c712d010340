-- The data of the incident, generated into the schema of warehouse.sql.
--
-- Nothing here is random and nothing here is real. Every value follows from a row's number and two
-- settings, so that the same settings give the same rows, byte for byte:
--
--   SET assay.seed = '1'                        another seed, other companies, the same incident
--   SET assay.now  = '2026-11-23 04:00:00+00'   the instant at which the warehouse is looked at
--
-- The seed chooses names, dates and which rows are hit; how many are hit stands in this file.
-- Companies are made of two neutral words and a number, people are called "Person 00123".
--
-- The incident, in rows:
--   core.company_customers          10,982 dirty origin domains: 7,336 repeat a clean pair, 3,646 do
--                                   not; one customer_domain on 40 names, 12 unknown sources
--   raw.staging_case_study_urls     1,861 dirty domains; 1,040 without a name, 851 of them sent out
--                                   (700 names stand in core.companies, 314 only in
--                                   core.company_customers, 26 nowhere); 509 of 1,039 sent when the
--                                   job died; 212 marked sent of which nothing came back; 148
--                                   results forgotten
--   raw.claygent_customers_structured_raw
--                                   why the 1,040 have no name: 590 overwritten by a later answer, 160
--                                   absent, 90 null, 74 under another key, 40 blank, 30 nested, 30 lost
--                                   on the way, 26 without an answer; and of the 1,861 dirty domains
--                                   60 were clean in the answer
--   core.case_study_champions       37 roles and categories where a domain belongs
--   core.companies, core.people     bit.ly is a company, and 424 people work there
--   extracted, reference            17 payloads never extracted, 25 rows updated before they were
--                                   created, two values missing from the lookups


-- Dice and clock ----------------------------------------------------------------------------------

-- A whole number from 0 to sides - 1 that depends on the seed, a purpose and a row's number alone.
CREATE FUNCTION pg_temp.roll(purpose text, n bigint, sides integer) RETURNS integer
LANGUAGE sql STABLE AS $$
    SELECT (('x' || substr(md5(coalesce(nullif(current_setting('assay.seed', true), ''), '1')
        || ':' || purpose || ':' || n::text), 1, 8))::bit(32)::bigint % sides)::integer
$$;

CREATE FUNCTION pg_temp.uuid(purpose text, n bigint) RETURNS uuid
LANGUAGE sql STABLE AS $$
    SELECT md5(coalesce(nullif(current_setting('assay.seed', true), ''), '1')
        || ':' || purpose || ':' || n::text)::uuid
$$;

-- When the newest row came in: three hours before anyone looks.
CREATE FUNCTION pg_temp.newest() RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('assay.now', true), ''), '2026-11-23 04:00:00+00')
        ::timestamptz - interval '3 hours'
$$;

-- An instant after another, by up to so many hours, and not after the newest row.
CREATE FUNCTION pg_temp.later(instant timestamptz, purpose text, n bigint, hours integer)
RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT instant + least(make_interval(hours => hours), pg_temp.newest() - instant)
        * (pg_temp.roll(purpose, n, 100000) / 100000.0)
$$;

-- A domain as people paste it. All sixteen spellings have the same normal form: the domain.
CREATE FUNCTION pg_temp.spelling(domain text, sort integer) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE sort % 16
        WHEN 0 THEN 'https://' || domain
        WHEN 1 THEN 'http://' || domain || '/'
        WHEN 2 THEN 'www.' || domain
        WHEN 3 THEN 'https://www.' || domain || '/'
        WHEN 4 THEN 'https://www.' || domain || '/customers/case-studies'
        WHEN 5 THEN domain || '/customers'
        WHEN 6 THEN upper(domain COLLATE "C")
        WHEN 7 THEN initcap(domain COLLATE "C")
        WHEN 8 THEN ' ' || domain
        WHEN 9 THEN domain || E' \n'
        WHEN 10 THEN U&'\00A0' || domain
        WHEN 11 THEN 'https://' || domain || ':443/'
        WHEN 12 THEN domain || '.'
        WHEN 13 THEN 'https://https://' || domain
        WHEN 14 THEN 'https://' || domain || '/?utm_source=clay'
        ELSE 'HTTP://WWW.' || upper(domain COLLATE "C") || '/#customers'
    END
$$;


-- The companies there are -------------------------------------------------------------------------

CREATE TEMPORARY VIEW lists AS
SELECT
    string_to_array('Northwind Alder Basalt Cedar Cobalt Copper Delta Driftwood Ember Fern Fjord '
        'Granite Harbor Hazel Heron Indigo Juniper Kestrel Lagoon Larch Linden Lumen Maple Marble Meadow '
        'Mistral Nimbus Onyx Orchard Osprey Pebble Pine Prairie Quartz Raven Saffron Sierra Slate '
        'Summit Tundra Umber Valley Willow Zephyr', ' ') AS first_words,
    string_to_array('Analytics Systems Labs Logistics Cloud Robotics Health Foods Energy Works Media '
        'Networks Finance Retail Mobility Security Software Materials Studios Data Textiles '
        'Instruments Commerce Learning', ' ') AS second_words,
    string_to_array('com com com com io net org co.uk de', ' ') AS endings,
    string_to_array('analytics|automation|billing|chat|compliance|crm|dashboards|e-commerce|'
        'forecasting|fraud detection|freight|hiring|identity|inventory|invoicing|machine learning|'
        'marketplaces|onboarding|payments|payroll|planning|pricing|procurement|reporting|routing|'
        'scheduling|search|subscriptions|support|workflow', '|') AS keywords,
    string_to_array('Postgres|Redis|Kafka|Nginx|React|Vue|Angular|Django|Rails|Swift|Kubernetes|'
        'Terraform|Grafana|Prometheus|Elasticsearch|RabbitMQ|GraphQL|TypeScript|Svelte|Hugo',
        '|') AS technologies,
    string_to_array('B2B|B2C|Marketplace|SaaS|Services|Hardware|Agency|Non-profit|Wholesale|'
        'Open source', '|') AS categories,
    string_to_array('Software|IT Services|Banking|Insurance|Hospitals|Retail Trade|Food|Logistics|'
        'Energy|Media|Telecom|Education', '|') AS industries,
    string_to_array('1-10|11-50|51-200|201-500|501-1K|1K-5K|over-10K', '|') AS sizes,
    string_to_array('under-1m|1m-10m|10m-50m|50m-100m|100m-200m|200m-1b', '|') AS revenues,
    string_to_array('Oak Street Ventures|Blue Hill Capital|Lantern Partners|Cairn Growth|'
        'Tidewater Fund|Signal Peak Capital|Mill Road Ventures|Ninth Bridge Partners', '|')
        AS investors,
    string_to_array('Austin,Texas,United States|Denver,Colorado,United States|'
        'Boston,Massachusetts,United States|Toronto,Ontario,Canada|London,England,United Kingdom|'
        'Berlin,,Germany|Lyon,,France|Porto,,Portugal|Utrecht,,Netherlands|,,Japan', '|') AS places,
    string_to_array('Head of Operations|Marketing Manager|Chief Financial Officer|Data Engineer|'
        'Product Manager|IT Director|Sales Lead|Customer Success Manager|Controller|'
        'VP of Engineering', '|') AS job_titles;

-- k is the company's number. 1 to 4,000 stand in core.companies; of these 1 to 1,200 publish case
-- studies, 1,201 to 3,999 buy from them and 4,000 is bit.ly. 4,001 to 4,040 publish too, but only
-- core.company_customers knows them; 4,041 to 4,066 are known nowhere; 5,001 to 7,000 only buy.
CREATE TEMPORARY TABLE universe AS
SELECT k, first_word || ' ' || second_word || ' ' || digits AS name,
    lower(first_word COLLATE "C") || '-' || digits AS slug,
    CASE WHEN k = 4000 THEN 'bit.ly'
        ELSE lower(first_word COLLATE "C") || '-' || digits || '.' || ending END AS domain
FROM generate_series(1, 7040) AS k
CROSS JOIN lists
CROSS JOIN LATERAL (
    SELECT to_char(k, 'FM0000') AS digits,
        first_words[1 + pg_temp.roll('first', k, cardinality(first_words))] AS first_word,
        second_words[1 + pg_temp.roll('second', k, cardinality(second_words))] AS second_word,
        endings[1 + pg_temp.roll('ending', k, cardinality(endings))] AS ending
) AS words;
ALTER TABLE universe ADD PRIMARY KEY (k);
ANALYZE universe;

INSERT INTO core.companies (id, name, domain, linkedin_url, created_at, updated_at)
SELECT k, name, domain, 'https://www.linkedin.com/company/' || slug, created_at,
    pg_temp.later(created_at, 'company-updated', k, 480)
FROM universe
CROSS JOIN LATERAL (
    SELECT pg_temp.newest() - (4000 - k) * interval '150 minutes' AS created_at) AS creation
WHERE k <= 4000
ORDER BY k;


-- Who buys from whom ------------------------------------------------------------------------------

-- Pair p is publisher 1 + p % 1,200 and one of 4,799 customers. Pairs below 12,000 come from the
-- structured agent, the rest from older sources. rank shuffles the older pairs and gives out roles:
--   1 to 3,646        stand in the table once, with a dirty domain
--   3,647 to 9,564    stand there clean, and again dirty: the first 1,418 twice, the others once
--   9,565 to 9,576    have a source that is no source
CREATE TEMPORARY TABLE pairs AS
SELECT p,
    CASE WHEN p >= 12000 THEN row_number() OVER (PARTITION BY p < 12000 ORDER BY shuffle, p) END
        AS rank,
    o.k AS origin, o.name AS origin_name, o.domain AS origin_domain,
    c.name AS customer_name, c.domain AS customer_domain,
    (p + p / 1200) % 5 >= 2 AS has_case_study, (p + p / 1200) % 10 >= 3 AS domain_is_known,
    'https://' || o.domain || '/customers/' || c.slug AS case_study_url
FROM (
    SELECT p, 1 + p % 1200 AS origin, pg_temp.roll('pair', p, 1000000000) AS shuffle,
        (p % 1200 * 131 + p / 1200 * 17) % 4799 AS customer
    FROM generate_series(0, 44733) AS p
) AS numbered
JOIN universe AS o ON o.k = origin
JOIN universe AS c ON c.k = CASE WHEN customer < 2799 THEN 1201 + customer ELSE 2202 + customer END;
ANALYZE pairs;

INSERT INTO core.company_customers (id, origin_company_domain, origin_company_name, customer_name,
    customer_domain, case_study_url, has_case_study, source, source_id, created_at, updated_at)
SELECT row_number() OVER (ORDER BY created_at, n), origin_domain, origin_name, customer_name,
    customer_domain, case_study_url, has_case_study, source, source_id, created_at,
    pg_temp.later(created_at, 'pair-updated', n, 720)
FROM (
    -- Every pair once. Survivors of the later merge lack a value that a dirty copy of them holds.
    SELECT p AS n,
        CASE WHEN rank <= 3646 THEN pg_temp.spelling(origin_domain, pg_temp.roll('dirt', p, 16))
            ELSE origin_domain END AS origin_domain,
        origin_name, customer_name,
        CASE WHEN rank BETWEEN 3647 AND 9564 AND rank % 3 = 1 THEN NULL
            WHEN domain_is_known OR rank <= 9564 THEN customer_domain END AS customer_domain,
        CASE WHEN rank BETWEEN 3647 AND 9564 AND rank % 3 = 0 THEN NULL
            WHEN has_case_study THEN case_study_url END AS case_study_url,
        CASE WHEN rank BETWEEN 3647 AND 9564 AND rank % 3 = 0 THEN NULL ELSE has_case_study END
            AS has_case_study,
        CASE WHEN rank IS NULL THEN 'claygent_structured'
            WHEN rank BETWEEN 9565 AND 9571 THEN 'Claygent'
            WHEN rank BETWEEN 9572 AND 9576 THEN 'clay'
            WHEN rank > 9576 AND p % 200 = 0 THEN 'manual'
            ELSE 'claygent' END AS source,
        CASE WHEN rank IS NULL THEN origin * 10 - 9 + p / 1200 END AS source_id,
        pg_temp.newest() - CASE WHEN rank IS NULL THEN (1200 - origin) * interval '150 minutes'
            ELSE make_interval(mins => 180000 + pg_temp.roll('pair-age', p, 400000)) END AS created_at
    FROM pairs
    UNION ALL
    -- The dirty copies: 5,918 first ones and 1,418 second ones, spelt differently.
    SELECT 100000 + p * 2 + copy,
        pg_temp.spelling(origin_domain, pg_temp.roll('dirt', p, 16) + 5 * copy),
        origin_name, customer_name, CASE WHEN copy = 1 THEN customer_domain END, case_study_url,
        true, 'claygent', NULL,
        pg_temp.newest()
            - make_interval(mins => 180000 + pg_temp.roll('copy-age', p * 2 + copy, 400000))
    FROM pairs
    CROSS JOIN generate_series(1, 2) AS copy
    WHERE rank BETWEEN 3647 AND 9564 AND (copy = 1 OR rank <= 3646 + 1418)
    UNION ALL
    -- Forty publishers that core.companies has never heard of, five customers each.
    SELECT 300000 + o.k * 10 + i, o.domain, o.name, c.name, c.domain, NULL, false, 'manual', NULL,
        pg_temp.newest()
            - make_interval(mins => 20000 + pg_temp.roll('outsider-age', o.k * 10 + i, 90000))
    FROM universe AS o
    CROSS JOIN generate_series(1, 5) AS i
    JOIN universe AS c ON c.k = 5000 + (o.k - 4000) * 5 + i
    WHERE o.k BETWEEN 4001 AND 4040
    UNION ALL
    -- A lookup that answered with its own domain when it found nothing: one domain on 40 names.
    SELECT 400000 + c.k, o.domain, o.name, c.name, 'company-lookup-0000.com', NULL, false,
        'claygent', NULL,
        pg_temp.newest() - make_interval(mins => 30000 + pg_temp.roll('poison-age', c.k, 9000))
    FROM universe AS c
    JOIN universe AS o ON o.k = c.k - 7000
    WHERE c.k BETWEEN 7001 AND 7040
) AS customers;


-- What the customers-of agents answered -----------------------------------------------------------

-- One structured run a publisher, with the ten customers it found, newest publishers last.
INSERT INTO extracted.claygent_customers_structured (id, raw_id, origin_company_domain,
    origin_company_name, customer_name, case_study_url, has_case_study, confidence, created_at,
    updated_at)
SELECT origin * 10 - 9 + p / 1200, pg_temp.uuid('structured', origin), origin_domain, origin_name,
    customer_name,
    CASE WHEN has_case_study THEN case_study_url END, has_case_study,
    (ARRAY['high', 'high', 'medium', 'low'])[1 + pg_temp.roll('confidence', origin, 4)], created_at,
    -- A clock that ran behind: 25 rows were updated an hour before they were created.
    CASE WHEN p % 400 = 399 AND p < 10000 THEN created_at - interval '1 hour' ELSE created_at END
FROM pairs
CROSS JOIN LATERAL (
    SELECT pg_temp.newest() - (1200 - origin) * interval '150 minutes' AS created_at) AS creation
WHERE p < 12000
ORDER BY origin, p;

INSERT INTO raw.claygent_customers_structured_raw (id, origin_company_domain, payload, created_at)
SELECT raw_id, origin_company_domain,
    jsonb_build_object('origin_company_domain', origin_company_domain,
        'origin_company_name', min(origin_company_name), 'confidence', min(confidence),
        'reasoning', 'Read the customer pages of the site.',
        'stepsTaken', jsonb_build_array('https://' || origin_company_domain || '/customers'),
        'customers', jsonb_agg(jsonb_build_object('companyName', customer_name,
            'url', coalesce(case_study_url, ''), 'hasCaseStudy', has_case_study) ORDER BY id)),
    min(created_at)
FROM extracted.claygent_customers_structured
GROUP BY raw_id, origin_company_domain
ORDER BY min(id);

-- Seventeen answers that were stored and then lost: the next step failed, the answer was "success".
INSERT INTO raw.claygent_customers_structured_raw (id, origin_company_domain, payload, created_at)
SELECT pg_temp.uuid('lost', k), domain,
    jsonb_build_object('origin_company_domain', domain, 'origin_company_name', name,
        'confidence', 'low', 'customers', '[{"companyName": "Found Customer", "url": ""}]'::jsonb),
    pg_temp.newest() - k * interval '5 hours'
FROM universe
WHERE k <= 17
ORDER BY k;

INSERT INTO extracted.claygent_customers (id, raw_id, origin_company_domain, origin_company_name,
    customer_name, case_study_url, has_case_study, created_at, updated_at)
SELECT row_number() OVER (ORDER BY origin, p), pg_temp.uuid('claygent', origin), origin_domain,
    origin_name, customer_name, CASE WHEN has_case_study THEN case_study_url END, has_case_study,
    created_at, created_at
FROM pairs
CROSS JOIN LATERAL (
    SELECT pg_temp.newest() - interval '125 days' - (600 - origin) * interval '5 hours'
        AS created_at) AS creation
WHERE p BETWEEN 12000 AND 23999 AND origin <= 600
ORDER BY origin, p;

INSERT INTO raw.claygent_customers_raw (id, origin_company_domain, payload, created_at)
SELECT raw_id, origin_company_domain,
    jsonb_build_object('origin_company_domain', origin_company_domain,
        'response', 'Customers: ' || string_agg(customer_name, ', ' ORDER BY id)),
    min(created_at)
FROM extracted.claygent_customers
GROUP BY raw_id, origin_company_domain
ORDER BY min(id);


-- Case studies that wait to be sent ---------------------------------------------------------------

-- s is the row's number, oldest first:
--   1 to 15,750         45 batches of 350, all sent; every third row came back
--   15,751 to 15,962    a batch that was marked sent while the webhook answered with errors
--   15,963 to 17,001    the batch whose job died: 509 of 1,039 sent
--   17,002 to 18,000    waiting for the next job
-- Missing names, counted by i: s = 500, 515, ... (851, sent) and 17,005, 17,010, ... (189, waiting).
INSERT INTO raw.staging_case_study_urls (id, origin_company_name, origin_company_domain,
    customer_company_name, case_study_url, processed, sent_to_clay, batch_id, created_at)
SELECT pg_temp.uuid('staged', s), CASE WHEN i IS NULL THEN o.name END,
    CASE WHEN s BETWEEN 300 AND 15180 AND (s - 300) % 8 = 0
        THEN pg_temp.spelling(o.domain, pg_temp.roll('staged-dirt', s, 16)) ELSE o.domain END,
    c.name, 'https://' || o.domain || '/customers/' || c.slug || '-' || s,
    -- Re-staging wrote processed = false over 148 finished rows.
    s <= 15750 AND s % 3 = 0 AND NOT (s % 6 = 0 AND s BETWEEN 3000 AND 3882),
    s <= 15962 + 509,
    CASE WHEN s <= 15750 THEN 'customers-' || to_char((s + 349) / 350, 'FM00')
        WHEN s <= 15962 THEN 'customers-46'
        WHEN s <= 17001 THEN 'customers-47' END,
    pg_temp.newest() - (18000 - s) * interval '12 minutes'
FROM (
    SELECT s, CASE WHEN s BETWEEN 500 AND 13250 AND (s - 500) % 15 = 0 THEN (s - 500) / 15
        WHEN s BETWEEN 17005 AND 17945 AND s % 5 = 0 THEN 851 + (s - 17005) / 5 END AS i
    FROM generate_series(1, 18000) AS s
) AS numbered
-- Of the companies without a name 26 are known nowhere and 314 only as publishers of pairs.
JOIN universe AS o ON o.k = CASE
    WHEN i * 7 % 1040 < 26 THEN 4041 + i * 7 % 1040
    WHEN i * 7 % 1040 < 340 THEN 4001 + i * 7 % 1040 % 40
    ELSE 1 + pg_temp.roll('staged-origin', s, 1200) END
JOIN universe AS c ON c.k = 1201 + pg_temp.roll('staged-customer', s, 2799)
ORDER BY s;

-- What the agents had answered about staged rows whose name is missing or whose domain is dirty; of the
-- 26 that are known nowhere no answer was kept. Each answer names a customer known before and the
-- staged one. r counts the missing names, oldest first, and says why they are missing:
--   1 to 160            customers-of-1 never sent a name
--   161 to 234          customers-of-2 sent it as companyName or company_name
--   235 to 264          customers-of-4 sent it within "company"
--   265 to 1,014        customers-of-3: of each 75 rows 9 got null, 4 a blank, 3 a name that was not
--                       stored; 59 a name that a later answer without one replaced
CREATE TEMPORARY TABLE answers AS
WITH staged AS (
    SELECT s, o.k AS origin, o.name, o.domain, case_study_url, customer_company_name AS customer,
        batch_id, created_at,
        -- Of the dirty domains every 31st was clean when it came.
        CASE WHEN s >= 300 AND (s - 300) % 248 = 0 THEN o.domain ELSE origin_company_domain END
            AS sent_domain,
        CASE WHEN origin_company_name IS NULL THEN
            row_number() OVER (PARTITION BY origin_company_name IS NULL ORDER BY s) END AS r
    FROM generate_series(1, 18000) AS s
    JOIN raw.staging_case_study_urls AS staged ON staged.id = pg_temp.uuid('staged', s)
    JOIN universe AS o ON o.slug = split_part(split_part(case_study_url, '/', 3), '.', 1)
    WHERE (origin_company_name IS NULL OR origin_company_domain <> o.domain)
        AND o.k NOT BETWEEN 4041 AND 4066
)
SELECT s, n, pg_temp.uuid('answer', s * 2 + n) AS raw_id, staged.name, staged.domain, sent_domain,
    staged.case_study_url, customer, batch_id,
    CASE n WHEN 1 THEN created_at - interval '2 seconds'
        ELSE pg_temp.later(created_at, 'answered-again', s, 720) END AS created_at,
    CASE WHEN r <= 160 THEN 'customers-of-1' WHEN r <= 234 THEN 'customers-of-2'
        WHEN r <= 264 THEN 'customers-of-4' ELSE 'customers-of-3' END AS workflow,
    CASE WHEN n = 2 THEN
            CASE WHEN r % 3 = 0 THEN '{"origin_company_name": null}'::jsonb ELSE '{}' END
        WHEN r <= 160 THEN '{}'
        WHEN r <= 234 THEN
            jsonb_build_object(CASE r % 2 WHEN 0 THEN 'companyName' ELSE 'company_name' END, staged.name)
        WHEN r <= 264 THEN
            jsonb_build_object('company', jsonb_build_object('origin_company_name', staged.name))
        WHEN r % 75 < 9 THEN '{"origin_company_name": null}'
        WHEN r % 75 < 13 THEN '{"origin_company_name": " "}'
        ELSE jsonb_build_object('origin_company_name', staged.name) END AS said,
    coalesce(pairs.customer_name, known.name) AS known_customer
FROM staged
CROSS JOIN LATERAL generate_series(1, CASE WHEN r > 264 AND r % 75 >= 16 THEN 2 ELSE 1 END) AS n
LEFT JOIN pairs ON pairs.p = staged.origin - 1 AND staged.origin <= 1200
LEFT JOIN universe AS known ON known.k = 5001 + (staged.origin - 4000) * 5 AND staged.origin > 4000;

INSERT INTO raw.claygent_customers_structured_raw (id, origin_company_domain, payload, created_at)
SELECT raw_id, domain,
    jsonb_build_object('origin_company_domain', sent_domain, 'confidence', 'medium',
        'workflow_slug', workflow, 'batch_id', batch_id, 'customers', jsonb_build_array(
            jsonb_build_object('companyName', known_customer, 'url', '', 'hasCaseStudy', false),
            jsonb_build_object('companyName', customer, 'url', case_study_url,
                'hasCaseStudy', true))) || said,
    created_at
FROM answers
ORDER BY s, n;

-- The step after it looked a missing name up, and took the customer that it knew.
INSERT INTO extracted.claygent_customers_structured (id, raw_id, origin_company_domain,
    origin_company_name, customer_name, has_case_study, confidence, created_at, updated_at)
SELECT 12000 + row_number() OVER (ORDER BY created_at, s, n), raw_id, domain, name, known_customer,
    false, 'medium', created_at, created_at
FROM answers
ORDER BY created_at, s, n;


-- What was read in the case studies ---------------------------------------------------------------

-- The rows that came back: details (pipeline 1) for every sixth, buyers (pipeline 2) between them.
CREATE TEMPORARY TABLE studies AS
SELECT s, created_at, case_study_url, o.name AS origin_name, o.domain AS origin_domain,
    c.name AS customer_name, CASE WHEN s % 10 >= 3 THEN c.domain END AS customer_domain
FROM (
    SELECT s, case_study_url, split_part(split_part(case_study_url, '/', 3), '.', 1) AS slug,
        customer_company_name, pg_temp.newest() - (15750 - s) * interval '18 minutes' AS created_at
    FROM generate_series(3, 15750, 3) AS s
    JOIN raw.staging_case_study_urls AS staged ON staged.id = pg_temp.uuid('staged', s)
) AS returned
JOIN universe AS o ON o.slug = returned.slug
JOIN universe AS c ON c.name = customer_company_name;

INSERT INTO extracted.case_study_details (id, raw_id, case_study_url, origin_company_name,
    origin_company_domain, company_customer_name, customer_company_domain, article_title, confidence,
    reasoning, workflow_slug, created_at, updated_at)
SELECT s / 6, pg_temp.uuid('details', s), case_study_url, origin_name, origin_domain, customer_name,
    customer_domain, 'How ' || customer_name || ' works with ' || origin_name,
    (ARRAY['high', 'medium', 'low'])[1 + pg_temp.roll('details-confidence', s, 3)],
    'Both names stand in the title.', 'case-study-extraction', created_at, created_at
FROM studies
WHERE s % 6 = 0
ORDER BY s;

INSERT INTO extracted.case_study_champions (id, case_study_id, full_name, job_title, company_name,
    customer_company_domain, created_at)
SELECT s / 6 * 2 - 2 + i, s / 6, 'Person ' || to_char(s * 2 + i, 'FM00000'),
    job_titles[1 + pg_temp.roll('champion', s * 2 + i, cardinality(job_titles))], customer_name,
    customer_domain, created_at
FROM studies
CROSS JOIN lists
CROSS JOIN generate_series(1, 2) AS i
WHERE s % 6 = 0
ORDER BY s, i;

INSERT INTO extracted.case_study_buyers (id, raw_id, case_study_url, origin_company_name,
    origin_company_domain, customer_company_name, customer_company_domain, buyer_full_name,
    buyer_job_title, created_at, updated_at)
SELECT (s - 3) / 6 * 2 + i, pg_temp.uuid('buyers', s), case_study_url, origin_name, origin_domain,
    customer_name, customer_domain, 'Person ' || to_char(s * 2 + i, 'FM00000'),
    job_titles[1 + pg_temp.roll('buyer', s * 2 + i, cardinality(job_titles))], created_at, created_at
FROM studies
CROSS JOIN lists
CROSS JOIN generate_series(1, 2) AS i
WHERE s % 6 = 3
ORDER BY s, i;

INSERT INTO raw.gemini_case_study_payloads (id, case_study_url, payload, created_at)
SELECT raw_id, case_study_url,
    jsonb_build_object('case_study_url', case_study_url, 'origin_company_name', origin_company_name,
        'origin_company_domain', origin_company_domain,
        'company_customer_name', company_customer_name,
        'customer_company_domain', customer_company_domain, 'article_title', article_title,
        'confidence', confidence,
        'champions', (
            SELECT jsonb_agg(jsonb_build_object('full_name', full_name, 'job_title', job_title)
                ORDER BY champions.id)
            FROM extracted.case_study_champions AS champions
            WHERE champions.id IN (details.id * 2 - 1, details.id * 2))),
    created_at
FROM extracted.case_study_details AS details
ORDER BY details.id;

INSERT INTO raw.case_study_buyers_payloads (id, case_study_url, payload, created_at)
SELECT raw_id, case_study_url,
    jsonb_build_object('case_study_url', case_study_url,
        'origin_company_domain', min(origin_company_domain),
        'customer_company_name', min(customer_company_name), 'success', true,
        'people', jsonb_agg(jsonb_build_object('fullName', buyer_full_name,
            'jobTitle', buyer_job_title) ORDER BY id)),
    min(created_at)
FROM extracted.case_study_buyers
GROUP BY raw_id, case_study_url
ORDER BY min(id);

-- Every 141st of 10,500 people, 37 times: a role or a category stands where the domain belongs.
INSERT INTO core.case_study_champions (id, full_name, job_title, company_name,
    customer_company_domain, origin_company_name, origin_company_domain, case_study_url, source,
    source_id, created_at, updated_at)
SELECT n, full_name, job_title, company_name,
    CASE WHEN n % 141 = 0 AND n <= 37 * 141 THEN
        (ARRAY['Financial Services', 'Head of Marketing', 'Information Technology', 'Healthcare',
            'Acme Champion 12', 'Retail & E-commerce', 'Chief Revenue Officer'])[1 + n / 141 % 7]
        ELSE customer_company_domain END,
    origin_company_name, origin_company_domain, case_study_url, source, source_id, created_at,
    pg_temp.later(created_at, 'champion-updated', n, 48)
FROM (
    SELECT row_number() OVER (ORDER BY created_at, source, source_id) AS n, *
    FROM (
        SELECT 'case_study_champions' AS source, champions.id AS source_id, full_name, job_title,
            company_name, champions.customer_company_domain, origin_company_name,
            origin_company_domain, case_study_url, champions.created_at
        FROM extracted.case_study_champions AS champions
        JOIN extracted.case_study_details AS details ON details.id = case_study_id
        UNION ALL
        SELECT 'case_study_buyers', id, buyer_full_name, buyer_job_title, customer_company_name,
            customer_company_domain, origin_company_name, origin_company_domain, case_study_url,
            created_at
        FROM extracted.case_study_buyers
    ) AS found
) AS numbered
ORDER BY n;


-- What the vendor sent about 3,000 companies ------------------------------------------------------

-- Thirty companies employ "5K-10K" and 25 earn "over-1b": the two values that the lookups lack.
CREATE TEMPORARY TABLE profiles AS
SELECT k, pg_temp.uuid('profile', k) AS raw_id, name, domain, slug,
    pg_temp.newest() - (3000 - k) * interval '100 minutes' AS created_at,
    (ARRAY['private', 'private', 'public', 'self-owned'])[1 + pg_temp.roll('type', k, 4)] AS type,
    CASE WHEN k % 100 = 7 THEN '5K-10K' ELSE sizes[1 + pg_temp.roll('size', k, 7)] END AS employees,
    CASE WHEN k % 120 = 11 THEN 'over-1b' ELSE revenues[1 + pg_temp.roll('revenue', k, 6)] END
        AS revenue,
    industries[1 + pg_temp.roll('industry', k, 12)] AS industry,
    1950 + pg_temp.roll('founded', k, 74) AS founded_year,
    round(pg_temp.roll('page-rank', k, 1000) / 100.0, 2) AS page_rank,
    ARRAY(SELECT keywords[1 + (pg_temp.roll('keyword', k, 30) + i * 7) % 30]
        FROM generate_series(0, 2) AS i) AS keywords,
    ARRAY(SELECT technologies[1 + (pg_temp.roll('technology', k, 20) + i * 3) % 20]
        FROM generate_series(0, 2) AS i) AS technologies,
    ARRAY(SELECT categories[1 + (pg_temp.roll('category', k, 10) + i * 3) % 10]
        FROM generate_series(0, 1) AS i) AS categories,
    (510000 + pg_temp.roll('naics', k, 400) * 10)::text AS naics_code,
    string_to_array(places[1 + pg_temp.roll('place', k, 10)], ',', '') AS place,
    CASE WHEN k % 3 = 0 THEN 1 + k % 2 ELSE 0 END AS rounds,
    investors[1 + pg_temp.roll('investor', k, 8)] AS lead_investor,
    investors[1 + (pg_temp.roll('investor', k, 8) + 3) % 8] AS second_investor
FROM universe
CROSS JOIN lists
WHERE k <= 3000;

CREATE TEMPORARY TABLE rounds AS
SELECT k, i, raw_id, domain, created_at,
    date '2012-01-01' + pg_temp.roll('round', k, 2000) + i * 700 AS funding_date,
    (ARRAY['Seed', 'Series A'])[i] AS funding_type,
    (i * i * 1500000 + pg_temp.roll('amount', k * 2 + i, 100) * 10000)::numeric AS amount,
    CASE WHEN i = 1 THEN lead_investor ELSE lead_investor || ', ' || second_investor END AS investors
FROM profiles
CROSS JOIN LATERAL generate_series(1, rounds) AS i;
ANALYZE profiles, rounds;

INSERT INTO raw.companyenrich_payloads (id, domain, payload, created_at)
SELECT raw_id, domain,
    jsonb_build_object('id', k, 'name', name, 'type', type, 'website', 'https://' || domain,
        'revenue', revenue, 'employees', employees, 'industry', industry,
        'industries', jsonb_build_array(industry), 'founded_year', founded_year,
        'page_rank', page_rank, 'categories', categories, 'keywords', keywords,
        'technologies', technologies, 'naics_codes', jsonb_build_array(naics_code),
        'location', jsonb_build_object('city', jsonb_build_object('name', place[1]),
            'state', jsonb_build_object('name', place[2]),
            'country', jsonb_build_object('name', place[3])),
        'socials', jsonb_build_object('linkedin_url', 'https://www.linkedin.com/company/' || slug),
        'subsidiaries', '[]'::jsonb),
    created_at
FROM profiles
ORDER BY k;

INSERT INTO extracted.companyenrich_company (id, raw_id, domain, name, type, website, revenue,
    employees, industry, industries, description, seo_description, founded_year, page_rank, logo_url,
    categories, keywords, technologies, naics_codes, city, state, country, total_funding,
    funding_stage, funding_date, source_updated_at, created_at, updated_at)
SELECT k, raw_id, domain, name, type, 'https://' || domain, revenue, employees, industry,
    ARRAY[industry], name || ' makes ' || keywords[1] || ' and ' || keywords[2] || ' simple.',
    'Better ' || keywords[1], founded_year, page_rank, 'https://' || domain || '/logo.svg',
    categories, keywords, technologies, ARRAY[naics_code], place[1], place[2], place[3],
    funding.total, funding.stage, funding.latest, created_at - interval '2 days', created_at,
    created_at
FROM profiles
LEFT JOIN LATERAL (
    SELECT sum(amount) AS total, max(funding_date) AS latest,
        CASE max(i) WHEN 1 THEN 'Seed' WHEN 2 THEN 'Series A' END AS stage
    FROM rounds WHERE rounds.k = profiles.k
    HAVING profiles.rounds > 0
) AS funding ON profiles.rounds > 0
ORDER BY k;

INSERT INTO extracted.companyenrich_keywords (raw_id, domain, keyword, created_at)
SELECT raw_id, domain, keyword, created_at
FROM profiles CROSS JOIN LATERAL unnest(keywords) WITH ORDINALITY AS each (keyword, i)
ORDER BY k, i;

INSERT INTO extracted.companyenrich_technologies (raw_id, domain, technology, created_at)
SELECT raw_id, domain, technology, created_at
FROM profiles CROSS JOIN LATERAL unnest(technologies) WITH ORDINALITY AS each (technology, i)
ORDER BY k, i;

INSERT INTO extracted.companyenrich_industries (raw_id, domain, industry, created_at)
SELECT raw_id, domain, industry, created_at FROM profiles ORDER BY k;

INSERT INTO extracted.companyenrich_categories (raw_id, domain, category, created_at)
SELECT raw_id, domain, category, created_at
FROM profiles CROSS JOIN LATERAL unnest(categories) WITH ORDINALITY AS each (category, i)
ORDER BY k, i;

INSERT INTO extracted.companyenrich_naics_codes (raw_id, domain, naics_code, created_at)
SELECT raw_id, domain, naics_code, created_at FROM profiles ORDER BY k;

INSERT INTO extracted.companyenrich_funding_rounds (raw_id, domain, funding_date, funding_type,
    amount, investors, url, created_at)
SELECT raw_id, domain, funding_date, funding_type, amount, investors,
    'https://' || domain || '/news/round-' || i, created_at
FROM rounds
ORDER BY k, i;

INSERT INTO extracted.companyenrich_vc_investments (raw_id, domain, investor_name, funding_date,
    funding_type, created_at)
SELECT raw_id, domain, investor_name, funding_date, funding_type, created_at
FROM rounds
CROSS JOIN LATERAL unnest(string_to_array(investors, ', ')) WITH ORDINALITY AS each (investor_name, n)
ORDER BY k, i, n;

INSERT INTO extracted.companyenrich_investors (raw_id, domain, investor_name, created_at)
SELECT raw_id, domain, investor_name, created_at
FROM extracted.companyenrich_vc_investments
GROUP BY raw_id, domain, investor_name, created_at
ORDER BY min(id);

INSERT INTO extracted.companyenrich_socials (raw_id, domain, linkedin_url, twitter_url, github_url,
    created_at)
SELECT raw_id, domain, 'https://www.linkedin.com/company/' || slug,
    CASE WHEN k % 2 = 0 THEN 'https://twitter.com/' || replace(slug, '-', '_') END,
    CASE WHEN k % 5 = 0 THEN 'https://github.com/' || slug END, created_at
FROM profiles
ORDER BY k;

INSERT INTO extracted.companyenrich_location (raw_id, domain, address, postal_code, city, latitude,
    longitude, state, country, created_at)
SELECT raw_id, domain, (1 + k % 90)::text || ' Market Street', to_char(10000 + k, 'FM00000'),
    place[1], 20 + k % 40, -120 + k % 130, place[2], place[3], created_at
FROM profiles
ORDER BY k;


-- The vocabularies --------------------------------------------------------------------------------

-- "5K-10K" and "over-1b" are missing here.
INSERT INTO reference.employee_range_lookup (size_raw, size_cleaned) VALUES
    ('1-10', '1-10'), ('11-50', '11-50'), ('51-200', '51-200'), ('201-500', '201-500'),
    ('501-1K', '501-1,000'), ('1K-5K', '1,001-5,000'), ('over-10K', '10,001+');

INSERT INTO reference.revenue_range_lookup (raw_value, matched_revenue_range) VALUES
    ('under-1m', '<$1M'), ('1m-10m', '$1M-$10M'), ('10m-50m', '$10M-$50M'),
    ('50m-100m', '$50M-$100M'), ('100m-200m', '$100M-$200M'), ('200m-1b', '$200M-$1B');

INSERT INTO reference.company_type_lookup (raw_value, matched_company_type) VALUES
    ('private', 'Private Company'), ('public', 'Public Company'), ('self-owned', 'Self-Employed');

INSERT INTO reference.industry_lookup (industry_raw, industry_cleaned) VALUES
    ('Software', 'Software Development'), ('IT Services', 'IT Services and Consulting'),
    ('Banking', 'Banking'), ('Insurance', 'Insurance'), ('Hospitals', 'Hospitals and Health Care'),
    ('Retail Trade', 'Retail'), ('Food', 'Food and Beverage'), ('Logistics', 'Freight and Logistics'),
    ('Energy', 'Utilities'), ('Media', 'Media Production'), ('Telecom', 'Telecommunications'),
    ('Education', 'Education');

INSERT INTO reference.company_industries (name, source)
SELECT industry_cleaned, 'companyenrich' FROM reference.industry_lookup ORDER BY id;

INSERT INTO reference.technologies (name, created_at)
SELECT technology, pg_temp.newest() - interval '250 days'
FROM lists CROSS JOIN LATERAL unnest(technologies) WITH ORDINALITY AS each (technology, i)
ORDER BY i;


-- What core made of the profiles ------------------------------------------------------------------

INSERT INTO core.company_names (domain, source, raw_name, cleaned_name, linkedin_url, created_at,
    updated_at)
SELECT domain, 'companyenrich', name, CASE WHEN k % 4 = 0 THEN name END,
    'https://www.linkedin.com/company/' || slug, created_at,
    pg_temp.later(created_at, 'name-updated', k, 100)
FROM (
    SELECT k, domain, name, slug, created_at FROM profiles
    UNION ALL
    -- Nine names of companies that were never stored.
    SELECT k, domain, name, slug, pg_temp.newest() - k * interval '1 hour'
    FROM universe WHERE k BETWEEN 4041 AND 4049
) AS named
ORDER BY k;

-- A size without a meaning was skipped, and nobody was told.
INSERT INTO core.company_employee_range (domain, employee_range, source, created_at, updated_at)
SELECT domain, size_cleaned, 'companyenrich', created_at, created_at
FROM profiles JOIN reference.employee_range_lookup ON size_raw = employees
ORDER BY k;

-- A revenue without a meaning was stored without one.
INSERT INTO core.company_revenue (domain, source, raw_revenue_range, matched_revenue_range,
    revenue_upper, created_at, updated_at)
SELECT domain, 'companyenrich', revenue, matched_revenue_range,
    CASE raw_value WHEN 'under-1m' THEN 1000000 WHEN '1m-10m' THEN 10000000
        WHEN '10m-50m' THEN 50000000 WHEN '50m-100m' THEN 100000000
        WHEN '100m-200m' THEN 200000000 WHEN '200m-1b' THEN 1000000000 END,
    created_at, created_at
FROM profiles LEFT JOIN reference.revenue_range_lookup ON raw_value = revenue
ORDER BY k;

INSERT INTO core.company_types (domain, source, raw_type, matched_type, created_at, updated_at)
SELECT domain, 'companyenrich', type, matched_company_type, created_at, created_at
FROM profiles LEFT JOIN reference.company_type_lookup ON raw_value = type
ORDER BY k;

INSERT INTO core.company_locations (domain, city, state, country, raw_location, raw_country, has_city,
    has_state, created_at, updated_at)
SELECT domain, place[1], place[2], place[3], concat_ws(', ', place[1], place[2], place[3]), place[3],
    place[1] IS NOT NULL, place[2] IS NOT NULL, created_at, created_at
FROM profiles
ORDER BY k;

INSERT INTO core.company_descriptions (domain, description, tagline, created_at, updated_at)
SELECT domain, description, seo_description, created_at, created_at
FROM extracted.companyenrich_company
ORDER BY id;

INSERT INTO core.company_industries (domain, matched_industry, source, created_at, updated_at)
SELECT domain, industry_cleaned, 'companyenrich', created_at, created_at
FROM profiles JOIN reference.industry_lookup ON industry_raw = industry
ORDER BY k;

INSERT INTO core.company_tech_on_site (domain, technology_id, created_at, updated_at)
SELECT domain, technologies.id, found.created_at, found.created_at
FROM extracted.companyenrich_technologies AS found
JOIN reference.technologies AS technologies ON technologies.name = technology
ORDER BY found.id;

INSERT INTO core.company_keywords (domain, keyword, created_at, updated_at)
SELECT domain, keyword, created_at, created_at FROM extracted.companyenrich_keywords ORDER BY id;

INSERT INTO core.company_categories (domain, category, created_at, updated_at)
SELECT domain, category, created_at, created_at FROM extracted.companyenrich_categories ORDER BY id;

INSERT INTO core.company_naics_codes (domain, naics_code, created_at, updated_at)
SELECT domain, naics_code, created_at, created_at
FROM extracted.companyenrich_naics_codes ORDER BY id;

INSERT INTO core.company_funding_rounds (domain, source, funding_date, funding_type, amount,
    investors, created_at, updated_at)
SELECT domain, 'companyenrich', funding_date, funding_type, amount, investors, created_at, created_at
FROM rounds
ORDER BY k, i;

INSERT INTO core.company_vc_investors (company_domain, vc_name, created_at, updated_at)
SELECT domain, investor_name, created_at, created_at
FROM extracted.companyenrich_investors ORDER BY id;

INSERT INTO core.company_vc_backed (domain, vc_count, created_at, updated_at)
SELECT company_domain, count(*), min(created_at), min(created_at)
FROM core.company_vc_investors
GROUP BY company_domain
ORDER BY min(id);

-- The step that stopped nine days ago while every answer went on to say "success".
INSERT INTO core.company_social_urls (domain, linkedin_url, twitter_url, github_url, created_at,
    updated_at)
SELECT domain, linkedin_url, twitter_url, github_url, created_at - interval '9 days',
    created_at - interval '9 days'
FROM extracted.companyenrich_socials
ORDER BY id;


-- People ------------------------------------------------------------------------------------------

-- Twelve thousand people, 424 of them moved to bit.ly at one stroke to get past the foreign key.
INSERT INTO core.people (id, full_name, job_title, company_domain, linkedin_url, created_at,
    updated_at)
SELECT n, 'Person ' || to_char(40000 + n, 'FM00000'),
    job_titles[1 + pg_temp.roll('job', n, cardinality(job_titles))], company.domain,
    'https://www.linkedin.com/in/person-' || (40000 + n), created_at,
    CASE WHEN company.k = 4000 THEN pg_temp.newest() - interval '20 days'
        ELSE pg_temp.later(created_at, 'person-updated', n, 300) END
FROM (
    SELECT n, pg_temp.newest() - (12000 - n) * interval '40 minutes' AS created_at,
        CASE WHEN n % 25 = 0 AND n <= 424 * 25 THEN 4000
            ELSE 1 + pg_temp.roll('employer', n, 3999) END AS employer
    FROM generate_series(1, 12000) AS n
) AS numbered
CROSS JOIN lists
JOIN universe AS company ON company.k = employer
ORDER BY n;


-- Tidying up --------------------------------------------------------------------------------------

DROP TABLE pg_temp.rounds, pg_temp.profiles, pg_temp.studies, pg_temp.answers, pg_temp.pairs,
    pg_temp.universe;
DROP VIEW pg_temp.lists;
DROP FUNCTION pg_temp.later, pg_temp.spelling, pg_temp.newest, pg_temp.uuid, pg_temp.roll;

-- The next id follows the largest one, and the planner knows what it deals with.
DO $$
DECLARE
    filled record;
BEGIN
    FOR filled IN
        SELECT format('%I.%I', table_schema, table_name) AS name, max(is_identity) = 'YES' AS is_counted
        FROM information_schema.columns
        WHERE table_schema IN ('raw', 'extracted', 'reference', 'core')
        GROUP BY table_schema, table_name
        ORDER BY table_schema, table_name
    LOOP
        IF filled.is_counted THEN
            EXECUTE format('SELECT setval(pg_get_serial_sequence(%L, %L), max(id)) FROM %s',
                filled.name, 'id', filled.name);
        END IF;
        EXECUTE 'ANALYZE ' || filled.name;
    END LOOP;
END
$$;
