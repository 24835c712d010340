-- The small tables.

\echo core.companies/
SELECT count(*) FILTER (
    WHERE linkedin_url NOT LIKE 'https://www.linkedin.com/company/%'
        AND linkedin_url NOT LIKE 'https://linkedin.com/company/%') AS "matches:linkedin_url"
FROM core.companies;

\echo core.company_industries/
SELECT count(*) FILTER (WHERE t.industry_id IS NOT NULL AND i.industry_id IS NULL)
        AS "references:industry_id",
    count(*) FILTER (WHERE t.domain IS NOT NULL AND c.domain IS NULL) AS "references:domain"
FROM core.company_industries AS t
LEFT JOIN reference.industry_lookup AS i ON i.industry_id = t.industry_id
LEFT JOIN core.companies AS c ON c.domain = t.domain;
