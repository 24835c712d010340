"""The thirty checks for Great Expectations. What it cannot say itself is given to it as SQL."""

import datetime
import os
import warnings

warnings.filterwarnings("ignore")

import great_expectations as gx
from great_expectations import expectations as expect
from great_expectations.expectations.row_conditions import Column

DOMAIN = r"^(?!www\.)[a-z0-9-]+(\.[a-z0-9-]+)+$"
LONG_AGO = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=5000)


def bare(column):
    return rf"split_part(regexp_replace(lower({column}), '^(https?://)?(www\.)?', ''), '/', 1)"


def reference(column, parent, parent_column):
    return expect.UnexpectedRowsExpectation(
        description=f"{column} refers to {parent}",
        unexpected_rows_query=f"SELECT t.{column} FROM {{batch}} t LEFT JOIN {parent} p "
        f"ON p.{parent_column} = t.{column} WHERE t.{column} IS NOT NULL AND p.{parent_column} IS NULL",
    )


def present_where(column, flag):
    return expect.ExpectColumnValuesToNotBeNull(
        column=column, row_condition=Column(flag) == True, condition_parser="great_expectations"  # noqa: E712
    )


def fresh():
    return expect.ExpectColumnMaxToBeBetween(column="created_at", min_value=LONG_AGO)


SUITES = {
    ("core", "company_customers"): [
        expect.ExpectTableRowCountToBeBetween(min_value=1),
        *(
            expect.ExpectColumnValuesToNotBeNull(column=column)
            for column in (
                "origin_company_name", "origin_company_domain", "customer_company_name", "customer_domain",
                "case_study_url", "source", "created_at", "updated_at",
            )
        ),
        expect.ExpectColumnValuesToMatchRegex(column="origin_company_domain", regex=DOMAIN),
        expect.ExpectColumnValuesToMatchRegex(column="customer_domain", regex=DOMAIN),
        expect.UnexpectedRowsExpectation(
            description="a pair stands once",
            unexpected_rows_query=f"SELECT {bare('origin_company_domain')} a, {bare('customer_domain')} b, "
            "count(*) n FROM {batch} WHERE origin_company_domain IS NOT NULL AND customer_domain IS NOT NULL "
            "GROUP BY 1, 2 HAVING count(*) > 1",
        ),
        reference("origin_company_domain", "core.companies", "domain"),
        reference("customer_domain", "core.companies", "domain"),
        expect.ExpectColumnValuesToBeInSet(column="source", value_set=["clay", "crawler", "manual", "partner"]),
        fresh(),
        expect.ExpectColumnValueLengthsToBeBetween(column="case_study_url", min_value=10, max_value=2048),
        expect.ExpectColumnValuesToMatchRegex(column="case_study_url", regex="^https?://[a-z0-9.-]+/"),
        expect.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="updated_at", column_B="created_at", or_equal=True, ignore_row_if="either_value_is_missing"
        ),
        expect.UnexpectedRowsExpectation(
            description="no company is its own customer",
            unexpected_rows_query="SELECT id FROM {batch} WHERE origin_company_domain = customer_domain",
        ),
    ],
    ("raw", "staging_case_study_urls"): [
        expect.ExpectTableRowCountToBeBetween(min_value=1),
        expect.ExpectColumnValuesToNotBeNull(column="case_study_url"),
        expect.ExpectColumnValuesToBeUnique(column="case_study_url"),
        expect.ExpectColumnValuesToMatchRegex(column="origin_company_domain", regex=DOMAIN),
        present_where("origin_company_name", "sent_to_clay"),
        present_where("batch_id", "processed"),
        fresh(),
    ],
    ("core", "companies"): [
        expect.ExpectColumnValuesToMatchRegex(
            column="linkedin_url", regex=r"^https://(www\.)?linkedin\.com/company/"
        ),
    ],
    ("core", "company_industries"): [
        reference("industry_id", "reference.industry_lookup", "industry_id"),
        reference("domain", "core.companies", "domain"),
    ],
}

context = gx.get_context(mode="ephemeral")
context.variables.progress_bars = {"globally": False, "metric_calculations": False}
source = context.data_sources.add_postgres(
    "warehouse",
    # The folder of the socket goes into the query: a URL without a host is refused.
    connection_string="postgresql+psycopg2://{PGUSER}@localhost/{PGDATABASE}?host={PGHOST}&port={PGPORT}".format(**os.environ),
)
definitions = []
for (schema, table), expectations in SUITES.items():
    name = f"{schema}.{table}"
    asset = source.add_table_asset(name, table_name=table, schema_name=schema)
    definitions.append(
        context.validation_definitions.add(
            gx.ValidationDefinition(
                name=name,
                data=asset.add_batch_definition_whole_table("all"),
                suite=context.suites.add(gx.ExpectationSuite(name=name, expectations=expectations)),
            )
        )
    )
checkpoint = context.checkpoints.add(
    gx.Checkpoint(name="audit", validation_definitions=definitions, result_format="SUMMARY")
)
for run in checkpoint.run().run_results.values():
    for entry in run.results:
        error = str(entry.exception_info or "")
        if "'raised_exception': True" in error:
            raise SystemExit(f"{entry.expectation_config.type}: {error}")
        found = (entry.result or {}).get("unexpected_count", (entry.result or {}).get("observed_value"))
        print(entry.success, entry.expectation_config.type, found)
