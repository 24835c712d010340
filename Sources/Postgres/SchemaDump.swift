/// The schema of a database, without its rows, as a script of pg_dump's.
public struct SchemaDump: Sendable {
    /// The script, which psql reads.
    public let script: String

    /// Has pg_dump write the schema of a database, as the role of the target.
    ///
    /// Where that role may not read all schemas, only some are written, and the extensions they may need.
    ///
    /// - Parameters:
    ///   - source: The database.
    ///   - schemas: The schemas that must not lack.
    ///   - connection: A connection to the database.
    /// - Throws: `serverNotInstalled` without pg_dump, and `clusterFailed` where it failed.
    public nonisolated(nonsending) init(
        of source: DatabaseTarget, schemas: [String], connection: Connection
    ) async throws {
        // Assay's own schema holds journals that an auditor need not read.
        var dump = try await Self.dump(source, ["--exclude-schema=assay"])
        var setUp = ""
        if !dump.succeeded, dump.complaints.contains(where: { $0.contains("permission denied") }) {
            setUp = try await connection.extensionScript()
            dump = try await Self.dump(
                source, try schemas.map { "--schema=\(try quoted(identifier: $0))" })
        }
        guard dump.succeeded else {
            let reason = dump.complaints.first ?? "it says nothing"
            throw PostgresError(
                .clusterFailed, "the schema cannot be copied: \(reason)",
                hint: "pg_dump must be as new as the server, and its role able to read every table")
        }
        script = setUp + dump.output
    }

    /// Makes what the script says in another database, as far as that can make it.
    ///
    /// - Parameter target: The database.
    /// - Returns: What the server complained of.
    /// - Throws: `serverNotInstalled` without psql.
    public nonisolated(nonsending) func restore(into target: DatabaseTarget) async throws
        -> [String]
    {
        try await serverProgram(
            "psql", ["--no-psqlrc", "--quiet", "--output=/dev/null"], on: target, input: script
        ).complaints
    }

    private nonisolated(nonsending) static func dump(
        _ source: DatabaseTarget, _ choice: [String]
    ) async throws -> ProgramResult {
        let arguments = [
            "--schema-only", "--no-owner", "--no-publications", "--no-subscriptions",
            "--no-security-labels", "--no-tablespaces", "--lock-wait-timeout=5000",
        ]
        return try await serverProgram("pg_dump", arguments + choice, on: source)
    }
}

extension Connection {
    /// A script that makes the database's extensions, in their schemas, as far as they are at hand.
    fileprivate func extensionScript() async throws(PostgresError) -> String {
        let rows = try await query(
            """
            SELECT e.extname AS name, n.nspname AS schema
            FROM pg_catalog.pg_extension AS e
            JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
            WHERE n.nspname <> 'pg_catalog' ORDER BY e.extname
            """)
        var script = ""
        for row in rows {
            let schema = try quoted(row.text("schema"))
            script += "CREATE SCHEMA IF NOT EXISTS \(schema);\n"
            script += "CREATE EXTENSION IF NOT EXISTS \(try quoted(row.text("name"))) "
            script += "SCHEMA \(schema) CASCADE;\n"
        }
        return script
    }
}
