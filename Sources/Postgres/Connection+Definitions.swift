extension Connection {
    /// What a check constraint demands, as the server writes it.
    ///
    /// - Parameters:
    ///   - name: The constraint's name.
    ///   - table: The table, quoted as it stands in SQL.
    /// - Returns: The expression, and whether it uses nothing that could be replaced; nil when there is
    ///   no such constraint.
    /// - Throws: What the server says.
    public func checkDefinition(
        _ name: String, on table: String
    ) async throws(PostgresError) -> (text: String, isBuiltIn: Bool)? {
        try await definition(
            """
            SELECT pg_catalog.pg_get_expr(o.conbin, o.conrelid),
                \(CatalogSQL.isBuiltIn("pg_constraint", "o.oid"))
            FROM pg_catalog.pg_constraint o
            WHERE o.conrelid = $1::regclass AND o.conname = $2 AND o.contype = 'c'
            """, table, name)
    }

    /// What an index covers, as the server writes it from the word USING on.
    ///
    /// - Parameters:
    ///   - name: The index's name.
    ///   - table: The table, quoted as it stands in SQL.
    /// - Returns: The definition, and whether it uses nothing that could be replaced; nil when there is
    ///   no such index.
    /// - Throws: What the server says.
    public func indexDefinition(
        _ name: String, on table: String
    ) async throws(PostgresError) -> (text: String, isBuiltIn: Bool)? {
        try await definition(
            """
            SELECT \(CatalogSQL.indexDefinition("x.oid")), \(CatalogSQL.isBuiltIn("pg_class", "x.oid"))
            FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
            WHERE i.indrelid = $1::regclass AND x.relname = $2
            """, table, name)
    }

    /// What a generated column is computed as, as the server writes it.
    ///
    /// - Parameters:
    ///   - column: The column.
    ///   - table: The table, quoted as it stands in SQL.
    /// - Returns: The expression, and whether it uses nothing that could be replaced; nil when there is
    ///   no such column.
    /// - Throws: What the server says.
    public func generation(
        of column: String, on table: String
    ) async throws(PostgresError) -> (text: String, isBuiltIn: Bool)? {
        try await definition(
            """
            SELECT \(CatalogSQL.generation("g")), \(CatalogSQL.isGenerationBuiltIn("g"))
            FROM pg_catalog.pg_attrdef g
            JOIN pg_catalog.pg_attribute a ON a.attrelid = g.adrelid AND a.attnum = g.adnum
            WHERE g.adrelid = $1::regclass AND a.attname = $2 AND a.attgenerated <> ''
            """, table, column)
    }

    private func definition(
        _ query: String, _ table: String, _ name: String
    ) async throws(PostgresError) -> (text: String, isBuiltIn: Bool)? {
        let rows = try await self.query(query, [table, name])
        guard rows.count == 1, let text = rows[0, 0] else { return nil }
        return (text, rows[0, 1] == "t")
    }
}
