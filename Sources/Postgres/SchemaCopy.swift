import Subprocess

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
        let roles = try await connection.query(
            "SELECT rolname FROM pg_catalog.pg_roles WHERE rolname !~ '^pg_' ORDER BY 1")
        let administrator = try await Connection.connect(
            to: target, applicationName: "assay scratch")
        for role in roles.compactMap({ $0[0] }) where role != "postgres" {
            try await administrator.execute("CREATE ROLE \(quoted(identifier: role)) NOLOGIN")
        }
        try await administrator.execute("CREATE DATABASE scratch")
        await administrator.close()

        var setUp = ""
        // Assay's own schema holds journals that an auditor need not read.
        var dump = try await dump(source, ["--exclude-schema=assay"])
        if !dump.succeeded, dump.complaints.contains(where: { $0.contains("permission denied") }) {
            setUp = try await connection.extensionScript()
            dump = try await self.dump(
                source, try schemas.map { "--schema=\(try quoted(identifier: $0))" })
        }
        guard dump.succeeded else {
            let reason = dump.complaints.first ?? "it says nothing"
            throw PostgresError(
                .clusterFailed, "the schema cannot be copied: \(reason)",
                hint: "pg_dump must be as new as the server, and its role able to read every table")
        }
        let copy = target.with("dbname", "scratch")
        let restored = try await program(
            "psql", ["--no-psqlrc", "--quiet", "--output=/dev/null", "-d"], copy,
            input: setUp + dump.output)
        return (copy, restored.complaints)
    }

    private nonisolated(nonsending) func dump(
        _ source: DatabaseTarget, _ choice: [String]
    ) async throws -> (output: String, complaints: [String], succeeded: Bool) {
        let arguments = [
            "--schema-only", "--no-owner", "--no-publications", "--no-subscriptions",
            "--no-security-labels", "--no-tablespaces", "--lock-wait-timeout=5000",
        ]
        return try await program("pg_dump", arguments + choice + ["-d"], source, input: "")
    }

    /// Runs a program that came with the server.
    private nonisolated(nonsending) func program(
        _ name: String, _ arguments: [String], _ target: DatabaseTarget, input: String
    ) async throws -> (output: String, complaints: [String], succeeded: Bool) {
        let (keywords, secrets) = target.forPrograms
        let environment = secrets.reduce(Environment.inherit) { environment, secret in
            environment.updating([.init(stringLiteral: secret.name): secret.value])
        }
        let result = try await run(
            .name("sh"),
            arguments: Arguments(["-c", finder, "assay-program", name] + arguments + [keywords]),
            environment: environment,
            input: .string(input),
            output: .string(limit: 256 * 1_048_576),
            error: .string(limit: 1_048_576))
        if result.terminationStatus == .exited(127) {
            throw PostgresError(
                .serverNotInstalled,
                "PostgreSQL's \(name) is not installed: apt-get install postgresql")
        }
        let complaints = result.standardError.split(whereSeparator: \.isNewline)
            .filter { $0.contains("error:") || $0.contains("ERROR:") }
            .map(String.init)
        return (
            result.standardOutput, complaints,
            result.terminationStatus == .exited(0)
        )
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

/// Runs a program from the folder that the server's programs are in.
private let finder = """
    bin=${ASSAY_PG_BIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)}
    [ -n "$bin" ] || bin=$(pg_config --bindir 2>/dev/null)
    program=$1; shift
    [ -x "$bin/$program" ] || exit 127
    exec "$bin/$program" "$@"
    """
