-- Five rows for each check of core.company_customers that looks at rows, all of which fail.

SELECT id FROM core.company_customers WHERE origin_company_name IS NULL LIMIT 5;
SELECT id FROM core.company_customers WHERE origin_company_domain IS NULL LIMIT 5;
SELECT id FROM core.company_customers WHERE customer_company_name IS NULL LIMIT 5;
SELECT id FROM core.company_customers WHERE customer_domain IS NULL LIMIT 5;
SELECT id FROM core.company_customers WHERE case_study_url IS NULL LIMIT 5;
SELECT id FROM core.company_customers WHERE source IS NULL LIMIT 5;
SELECT id FROM core.company_customers WHERE created_at IS NULL LIMIT 5;
SELECT id FROM core.company_customers WHERE updated_at IS NULL LIMIT 5;
SELECT id FROM core.company_customers WHERE :origin_dirty LIMIT 5;
SELECT id FROM core.company_customers WHERE :customer_dirty LIMIT 5;
SELECT id FROM core.company_customers WHERE source NOT IN ('clay', 'crawler', 'manual', 'partner') LIMIT 5;
SELECT id FROM core.company_customers WHERE :url_length_off LIMIT 5;
SELECT id FROM core.company_customers WHERE :url_misshapen LIMIT 5;
SELECT id FROM core.company_customers WHERE updated_at < created_at LIMIT 5;
SELECT id FROM core.company_customers WHERE origin_company_domain = customer_domain LIMIT 5;
