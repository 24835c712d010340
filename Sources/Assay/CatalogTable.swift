extension TableName {
    /// Where a query over the catalog finds the table: its row as `c`, its schema's as `s`.
    var inCatalog: SQL {
        """
        pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS s ON s.oid = c.relnamespace \
        AND s.nspname = \(schema)::text AND c.relname = \(name)::text
        """
    }

    /// The table's name in a statement that a query over the catalog writes for a person.
    static let inStatement: SQL = "format('%I.%I', s.nspname, c.relname)"
}

extension Specimen.Step {
    /// Makes a role, where there is none of its name.
    static func role(_ name: String) -> Specimen.Step {
        .statement(
            """
            DO $assay$ BEGIN CREATE ROLE \(identifier: name); \
            EXCEPTION WHEN duplicate_object THEN NULL; END $assay$
            """)
    }
}
