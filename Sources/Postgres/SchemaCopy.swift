import Subprocess

extension ThrowawayCluster {
    /// Copies the schema of a database, without its rows, into a new database of this server.
    ///
    /// pg_dump reads it, as the role of the target, which must be able to read every table.
    ///
    /// - Parameters:
    ///   - source: The database.
    ///   - roles: Names that grants of the schema may speak of; they are created, and may do nothing.
    /// - Returns: The copy, and what the server complained of while it was made.
    /// - Throws: `serverNotInstalled` without pg_dump, and `clusterFailed` where it failed.
    public nonisolated(nonsending) func copyingSchema(
        of source: DatabaseTarget, roles: [String]
    ) async throws -> (target: DatabaseTarget, complaints: [String]) {
        let administrator = try await Connection.connect(
            to: target, applicationName: "assay scratch")
        for role in roles where role != "postgres" {
            try await administrator.execute("CREATE ROLE \(quoted(identifier: role)) NOLOGIN")
        }
        try await administrator.execute("CREATE DATABASE scratch")
        await administrator.close()
        let copy = target.with("dbname", "scratch")
        let dump = try await program(
            "pg_dump",
            [
                "--schema-only", "--no-owner", "--no-publications", "--no-subscriptions",
                "--no-security-labels", "--no-tablespaces", "--lock-wait-timeout=5000", "-d",
            ], source, input: "")
        guard dump.succeeded else {
            let reason = dump.complaints.first ?? "it says nothing"
            throw PostgresError(
                .clusterFailed, "the schema cannot be copied by pg_dump: \(reason)",
                hint: "pg_dump must be as new as the server, and its role read every table")
        }
        let restored = try await program(
            "psql", ["--no-psqlrc", "--quiet", "--output=/dev/null", "-d"], copy, input: dump.output
        )
        return (copy, restored.complaints)
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

/// Runs a program from the folder that the server's programs are in.
private let finder = """
    bin=${ASSAY_PG_BIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)}
    [ -n "$bin" ] || bin=$(pg_config --bindir 2>/dev/null)
    program=$1; shift
    [ -x "$bin/$program" ] || exit 127
    exec "$bin/$program" "$@"
    """
