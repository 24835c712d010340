-- The vocabularies that raw values are mapped to. More words are added by a migration or a fix; what no
-- vocabulary knows waits in the quarantine, and is released when it does.

INSERT INTO reference.employee_range_lookup (size_raw, size_cleaned) VALUES
    ('1-10', '1-10'), ('11-50', '11-50'), ('51-200', '51-200'), ('201-500', '201-500'),
    ('501-1K', '501-1,000'), ('1K-5K', '1,001-5,000'), ('5K-10K', '5,001-10,000'),
    ('over-10K', '10,001+');

INSERT INTO reference.revenue_range_lookup (raw_value, matched_revenue_range) VALUES
    ('under-1m', '<$1M'), ('1m-10m', '$1M-$10M'), ('10m-50m', '$10M-$50M'),
    ('50m-100m', '$50M-$100M'), ('100m-200m', '$100M-$200M'), ('200m-1b', '$200M-$1B'),
    ('over-1b', '>$1B');

INSERT INTO reference.company_type_lookup (raw_value, matched_company_type) VALUES
    ('private', 'Private Company'), ('public', 'Public Company'), ('self-owned', 'Self-Employed');

WITH industries (industry_raw, industry_cleaned, n) AS (
    SELECT *, row_number() OVER () FROM (VALUES
        ('Software', 'Software Development'), ('IT Services', 'IT Services and Consulting'),
        ('Banking', 'Banking'), ('Insurance', 'Insurance'),
        ('Hospitals', 'Hospitals and Health Care'), ('Retail Trade', 'Retail'),
        ('Food', 'Food and Beverage'), ('Logistics', 'Freight and Logistics'),
        ('Energy', 'Utilities'), ('Media', 'Media Production'), ('Telecom', 'Telecommunications'),
        ('Education', 'Education')) AS listed (industry_raw, industry_cleaned)
), named AS (
    INSERT INTO reference.company_industries (name, source)
    SELECT industry_cleaned, 'companyenrich' FROM industries ORDER BY n
)
INSERT INTO reference.industry_lookup (industry_raw, industry_cleaned)
SELECT industry_raw, industry_cleaned FROM industries ORDER BY n;

INSERT INTO reference.technologies (name) VALUES
    ('Postgres'), ('Redis'), ('Kafka'), ('Nginx'), ('React'), ('Vue'), ('Angular'), ('Django'),
    ('Rails'), ('Swift'), ('Kubernetes'), ('Terraform'), ('Grafana'), ('Prometheus'),
    ('Elasticsearch'), ('RabbitMQ'), ('GraphQL'), ('TypeScript'), ('Svelte'), ('Hugo');
