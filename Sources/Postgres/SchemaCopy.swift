extension ThrowawayCluster {
    /// Copies the schema of a database, without its rows, into a new database of this server.
    ///
    /// pg_dump reads it, as the role of the target. Where that may not read all schemas, only some are
    /// copied, and the extensions they may need.
    ///
    /// - Parameters:
    ///   - source: The database.
    ///   - schemas: The schemas that must not lack.
    ///   - connection: A connection to the database.
    /// - Returns: The copy, and what the server complained of while it was made.
    /// - Throws: `serverNotInstalled` without pg_dump, and `clusterFailed` where it failed.
    public nonisolated(nonsending) func copyingSchema(
        of source: DatabaseTarget, schemas: [String], connection: Connection
    ) async throws -> (target: DatabaseTarget, complaints: [String]) {
        let administrator = try await Connection.connect(
            to: target, applicationName: "assay scratch")
        try await administrator.makeRoles(try await connection.roleNames())
        try await administrator.execute("CREATE DATABASE scratch")
        await administrator.close()
        let dump = try await SchemaDump(of: source, schemas: schemas, connection: connection)
        let copy = target.with("dbname", "scratch")
        return (copy, try await dump.restore(into: copy))
    }
}

extension Connection {
    /// The roles of the server, without those that come with every server.
    public func roleNames() async throws(PostgresError) -> [String] {
        try await query(
            "SELECT rolname FROM pg_catalog.pg_roles WHERE rolname !~ '^pg_' ORDER BY 1"
        ).compactMap { $0[0] }
    }

    /// Makes roles that cannot log in, where the server has none of the name.
    public func makeRoles(_ names: [String]) async throws(PostgresError) {
        let known = Set(try await roleNames())
        for name in names where !known.contains(name) {
            try await execute("CREATE ROLE \(quoted(name)) NOLOGIN")
        }
    }
}
