"""Requests of supabase-py."""

from supabase import create_client
from supabase.client import ClientOptions

CUSTOMERS = "company_customers"
client = create_client("u", "k", options=ClientOptions(schema="core"))
raw = client.schema("raw")


class Store:
    table_name = "people"

    def load(self, name, rows, column):
        client.table(CUSTOMERS).select("id", "customer_name", "origin").execute()  # stale: missing-column
        client.table(self.table_name).select("*").order("name").execute()  # stale: missing-column
        client.table(name).select("*").execute()
        raw.table("payloads").select("id, payload->>name").eq("pay_load", 1).execute()  # stale: missing-column
        client.schema("reference").table("industry_lookup").select("id").execute()  # stale: not-exposed
        client.table("companies").insert({"name": "a", "website": "b"}).execute()  # stale: missing-column
        client.table("companies").insert([{"name": "a"}, {"nmae": "b"}]).execute()  # stale: missing-column
        client.table("companies").insert(rows).execute()
        client.table(CUSTOMERS).upsert(
            {"origin_company_domain": "a", "customer_name": "b"},
            on_conflict="origin_company_domain,customer_name",
        ).execute()
        client.table(CUSTOMERS).upsert(
            [{"customer_name": row} for row in rows],
            on_conflict="origin_company_domain",  # stale: no-unique-index
        ).execute()
        client.table(CUSTOMERS).update({"source": "x"}).eq(column, 1).in_("customr_name", []).execute()  # stale: missing-column
        client.rpc("company_summary", {"wanted_domain": "a"}).execute()
        client.rpc("company_summary", {"domain": "a"}).execute()  # stale: missing-function
        client.rpc("company_summry", {}).execute()  # stale: missing-function
        query = client.table("companies").select("id, company_label, people(full_name)")
        if name:
            query = query.eq("people.name", name)  # stale: missing-column
        query = query.or_("name.eq.a,and(domain.is.null,city.eq.b)")  # stale: missing-column
        return query.not_.is_("domian", "null").execute()  # stale: missing-column

    def other(self, query):
        # client.table("gone").select("*").execute()
        return query.eq("no_column", 1)
