extension Catalog {
    /// Reads the catalog, in the transaction that the connection is in.
    ///
    /// All but which database it is comes with a single wait, however far away the server is.
    public static func read(
        from connection: isolated Connection
    ) async throws(PostgresError) -> Catalog {
        let version = connection.serverVersion
        let database = try await DatabaseIdentity.read(from: connection)
        let answers = try await connection.query(
            [
                CatalogSQL.schemas, CatalogSQL.relations, CatalogSQL.columns(version),
                CatalogSQL.uniqueIndexes(version), CatalogSQL.foreignKeys(version),
                CatalogSQL.checks, CatalogSQL.leaves(version),
            ].map { BoundStatement($0) })
        let schemas = answers[0]
        var parts = CatalogParts(relations: answers[1], version: version)
        parts.add(columns: answers[2])
        parts.add(uniqueIndexes: answers[3])
        parts.add(foreignKeys: answers[4])
        parts.add(checks: answers[5])
        parts.add(leaves: answers[6])
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
