{% test normalized_domain(model, column_name) %}
SELECT {{ column_name }} FROM {{ model }} WHERE {{ column_name }} !~ '^(?!www\.)[a-z0-9-]+(\.[a-z0-9-]+)+$'
{% endtest %}

{% test holds(model, expression) %}
SELECT 1 FROM {{ model }} WHERE NOT ({{ expression }})
{% endtest %}

{% test has_rows(model) %}
SELECT 1 FROM (SELECT count(*) AS n FROM {{ model }}) AS t WHERE n = 0
{% endtest %}

{% test fresh(model, column_name) %}
SELECT 1 FROM (SELECT max({{ column_name }}) AS newest FROM {{ model }}) AS t
WHERE newest IS NULL OR newest < now() - interval '5000 days'
{% endtest %}

{% test unique_pair(model, a, b) %}
SELECT split_part(regexp_replace(lower({{ a }}), '^(https?://)?(www\.)?', ''), '/', 1) AS a,
    split_part(regexp_replace(lower({{ b }}), '^(https?://)?(www\.)?', ''), '/', 1) AS b, count(*) AS n
FROM {{ model }}
WHERE {{ a }} IS NOT NULL AND {{ b }} IS NOT NULL
GROUP BY 1, 2
HAVING count(*) > 1
{% endtest %}
