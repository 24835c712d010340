{# Tests of the project's own. #}
{% test positive(model, column_name) %}
    select * from {{ model }}
    where {{ column_name }} <= 0
{% endtest %}

{%- test at_least(model, least=10) -%}
select count(*) as rows from {{ model }} having count(*) < {{ least }}
{%- endtest -%}

{% test totals_match(model, scale) %}
    {% if scale > 1 %} select * from {{ model }} where round(total, {{ scale }}) <> total {% endif %}
{% endtest %}
