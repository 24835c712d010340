-- Seventeen checks of core.company_customers in one pass.

\echo core.company_customers/
SELECT (count(*) = 0)::integer AS "row-count",
    (max(created_at) < now() - interval '5000 days')::integer AS "fresh:created_at",
    count(*) FILTER (WHERE origin_company_name IS NULL) AS "required:origin_company_name",
    count(*) FILTER (WHERE origin_company_domain IS NULL) AS "required:origin_company_domain",
    count(*) FILTER (WHERE customer_company_name IS NULL) AS "required:customer_company_name",
    count(*) FILTER (WHERE customer_domain IS NULL) AS "required:customer_domain",
    count(*) FILTER (WHERE case_study_url IS NULL) AS "required:case_study_url",
    count(*) FILTER (WHERE source IS NULL) AS "required:source",
    count(*) FILTER (WHERE created_at IS NULL) AS "required:created_at",
    count(*) FILTER (WHERE updated_at IS NULL) AS "required:updated_at",
    count(*) FILTER (WHERE :origin_dirty) AS "normalized:origin_company_domain",
    count(*) FILTER (WHERE :customer_dirty) AS "normalized:customer_domain",
    count(*) FILTER (WHERE source NOT IN ('clay', 'crawler', 'manual', 'partner')) AS "one-of:source",
    count(*) FILTER (WHERE :url_length_off) AS "length:case_study_url",
    count(*) FILTER (WHERE :url_misshapen) AS "matches:case_study_url",
    count(*) FILTER (WHERE updated_at < created_at) AS "implies:updated-after-created",
    count(*) FILTER (WHERE origin_company_domain = customer_domain) AS "implies:not-its-own-customer"
FROM core.company_customers;
