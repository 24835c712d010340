-- What a person would write for one run on known data: a domain is clean when it is in lower case and has
-- neither a path nor a leading www. It accepts '', 'a b' and '..', which Assay's definition refuses.

\set origin_dirty '(origin_company_domain LIKE ''%/%'' OR origin_company_domain LIKE ''www.%'' OR origin_company_domain <> lower(origin_company_domain COLLATE "C"))'
\set customer_dirty '(customer_domain LIKE ''%/%'' OR customer_domain LIKE ''www.%'' OR customer_domain <> lower(customer_domain COLLATE "C"))'
\set bare_origin 'split_part(regexp_replace(lower(origin_company_domain), ''^(https?://)?(www\\.)?'', ''''), ''/'', 1)'
\set bare_customer 'split_part(regexp_replace(lower(customer_domain), ''^(https?://)?(www\\.)?'', ''''), ''/'', 1)'
\set origin_key '(CASE WHEN ' :origin_dirty ' THEN ' :bare_origin ' ELSE origin_company_domain END) COLLATE "C"'
\set customer_key '(CASE WHEN ' :customer_dirty ' THEN ' :bare_customer ' ELSE customer_domain END) COLLATE "C"'
