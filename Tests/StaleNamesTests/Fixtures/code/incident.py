"""The lookup that started it: two tables and a column had other names in the warehouse."""

from supabase import create_client

client = create_client("http://localhost:3000", "key")


def lookup(domain: str) -> dict:
    """Looks a company up: SELECT everything FROM what we know."""
    ranges = (
        client.schema("core")
        .from_("company_employee_ranges")  # stale: missing-table
        .select("employee_range")
        .eq("domain", domain)
        .execute()
    )
    industry = (
        client.schema("core")
        .from_("company_industries")
        .select("industry, source")  # stale: missing-column
        .eq("domain", domain)
        .execute()
    )
    return {"ranges": ranges.data, "industry": industry.data}
