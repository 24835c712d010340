extension Catalog {
    /// Reads the catalog, in the transaction that the connection is in, with nine queries at most.
    public static func read(
        from connection: isolated Connection
    ) async throws(PostgresError) -> Catalog {
        let version = connection.serverVersion
        let database = try await DatabaseIdentity.read(from: connection)
        let schemas = try await connection.query(CatalogSQL.schemas)
        let relations = try await connection.query(CatalogSQL.relations)
        var parts = CatalogParts(relations: relations, version: version)
        try await parts.add(columns: connection.query(CatalogSQL.columns(version)))
        try await parts.add(uniqueIndexes: connection.query(CatalogSQL.uniqueIndexes(version)))
        try await parts.add(foreignKeys: connection.query(CatalogSQL.foreignKeys(version)))
        try await parts.add(checks: connection.query(CatalogSQL.checks))
        try await parts.add(leaves: connection.query(CatalogSQL.leaves(version)))
        return Catalog(
            database: database,
            schemas: schemas.map { $0.text("schema") },
            usableSchemas: Set(
                schemas.lazy.filter { $0.bool("usable") }.map { $0.text("schema") }),
            relations: parts.assembled())
    }
}

extension DatabaseIdentity {
    /// Asks the server which database this is.
    public static func read(
        from connection: isolated Connection
    ) async throws(PostgresError) -> DatabaseIdentity {
        guard let row = try await connection.query(CatalogSQL.identity).first else {
            throw PostgresError(.unexpected, "the server does not say which database this is")
        }
        return DatabaseIdentity(
            name: row.text("name"),
            systemIdentifier: row.bool("knows_system")
                ? try await systemIdentifier(from: connection) : nil,
            serverVersion: row.text("version"),
            serverVersionNumber: row.int("version_number") ?? connection.serverVersion,
            encoding: row.text("encoding"),
            isInRecovery: row.bool("in_recovery"),
            currentUser: row.text("current_user"),
            isSuperuser: row.bool("superuser"),
            serverAddress: row["address"],
            serverPort: row.int("port"),
            timeZone: row.text("time_zone"),
            now: row.double("now") ?? 0)
    }

    /// Some hosts forbid the function inside; the refusal must not cost the transaction.
    private static func systemIdentifier(
        from connection: isolated Connection
    ) async throws(PostgresError) -> String? {
        let isInTransaction = connection.isInTransaction
        if isInTransaction { try await connection.execute("SAVEPOINT assay_identity") }
        var identifier: String?
        do throws(PostgresError) {
            identifier = try await connection.query(CatalogSQL.systemIdentifier).scalar
        } catch {
            guard error.code == .server else { throw error }
            if isInTransaction { try await connection.execute("ROLLBACK TO assay_identity") }
        }
        if isInTransaction { try await connection.execute("RELEASE assay_identity") }
        return identifier
    }
}

extension Row {
    /// A column that is never null.
    func text(_ column: String) -> String { self[column] ?? "" }
}
