-- The seven checks of raw.staging_case_study_urls: one pass, and a question to the catalog.

\echo raw.staging_case_study_urls/
SELECT (count(*) = 0)::integer AS "row-count",
    (max(created_at) < now() - interval '5000 days')::integer AS "fresh:created_at",
    count(*) FILTER (WHERE case_study_url IS NULL) AS "required:case_study_url",
    count(*) FILTER (WHERE :origin_dirty) AS "normalized:origin_company_domain",
    count(*) FILTER (WHERE sent_to_clay AND origin_company_name IS NULL) AS "implies:sent",
    count(*) FILTER (WHERE processed AND batch_id IS NULL) AS "implies:processed"
FROM raw.staging_case_study_urls;

SELECT (count(*) = 0)::integer AS "unique:case_study_url"
FROM pg_index AS i
JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
WHERE i.indrelid = 'raw.staging_case_study_urls'::regclass AND i.indisunique AND i.indisvalid
    AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indnkeyatts = 1
    AND a.attname = 'case_study_url';
