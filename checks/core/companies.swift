import Assay

/// Every company we know, one row a domain; all of core hangs on it.
let companies = Table("core.companies", key: "id") {
    RowCount(1_000...)
    Required("name", "domain")
    Normalized("domain", as: .domain)
    SharedHost("domain")
        .because("bit.ly became a company once, and 424 people were made to work there.")
    Unique(by: "domain")
    Unique(by: "linkedin_url").severity(.warning)
    Matches("linkedin_url", like: "https://www.linkedin.com/company/_%")
    Length("name", 1...200)
    Implies(.present("updated_at"), then: "updated_at >= created_at").named("updated-after-created")
    Fresh("created_at", within: .hours(26))

    Resolvable("the existence check") {
        "SELECT EXISTS (SELECT FROM core.companies WHERE domain = $1)"
    }

    NoRows("tables whose updated_at no trigger keeps") {
        """
        SELECT c.oid::regclass::text AS table_name
        FROM pg_catalog.pg_attribute AS a
        JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('extracted', 'core') AND a.attname = 'updated_at' AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_trigger AS t
            WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'D'
                AND pg_catalog.pg_get_triggerdef(t.oid) LIKE '% BEFORE %UPDATE%')
        """
    }
    .violated(by: "CREATE TABLE core.example (updated_at timestamptz)")
    .kept(
        by: "CREATE TABLE core.example (updated_at timestamptz)",
        """
        CREATE TRIGGER set_updated_at BEFORE UPDATE ON core.example
        FOR EACH ROW EXECUTE FUNCTION core.set_updated_at()
        """
    )
    .severity(.warning)
    .because("Without it a changed row keeps its old time, and every sync passes it over.")

    NoRows("tables that service_role cannot read") {
        """
        SELECT c.oid::regclass::text AS table_name
        FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_roles AS r ON r.rolname = 'service_role'
        WHERE n.nspname IN ('raw', 'extracted', 'reference', 'core') AND c.relkind IN ('r', 'p')
            AND NOT (has_schema_privilege(r.oid, n.oid, 'USAGE')
                AND has_table_privilege(r.oid, c.oid, 'SELECT'))
        UNION ALL
        SELECT 'all: the role does not exist'
        WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'service_role')
        """
    }
    .violated(by: "CREATE TABLE core.example ()")
    .kept(
        by: "CREATE TABLE core.example ()", "GRANT SELECT ON core.example TO service_role"
    )
    .severity(.warning)
    .because("The REST layer reads as service_role, and a missing grant shows when a client fails.")
}
.owner("revenue operations")
