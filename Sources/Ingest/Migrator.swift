public import Auditor
public import Postgres

/// Brings a database to the schema that this version writes to.
public struct Migrator: Sendable {
    private let target: DatabaseTarget
    private let expected: ExpectedDatabase
    private let migrations: [Migration]

    /// Names a database.
    ///
    /// - Parameters:
    ///   - target: The database, as the role that will own its tables.
    ///   - expected: The database that must answer there.
    ///   - migrations: What is applied; all there are where nothing is said.
    public init(
        target: DatabaseTarget, expected: ExpectedDatabase, migrations: [Migration] = Migration.all
    ) {
        self.target = target
        self.expected = expected
        self.migrations = migrations
    }

    /// Applies what lacks, each migration in a transaction of its own.
    ///
    /// Two that run at once do not apply anything twice: the second waits for the first.
    ///
    /// - Returns: What was applied; nothing where the database was up to date.
    /// - Throws: A refusal where another database answers, where one was applied in another form, or where
    ///   tables are there that no migration made; and `PostgresError`.
    public func migrate() async throws -> [Migration] {
        guard expected != ExpectedDatabase() else {
            throw Refusal(
                "no database is expected; a table was once made in the wrong one. Say which is meant: "
                    + "--expect-database NAME")
        }
        let connection = try await Connection.connect(
            to: target, applicationName: "assay ingest migrate")
        try await connection.refuseUnexpected(expected)
        var applied: [Migration] = []
        for migration in migrations {
            let isNew = try await connection.transaction(.readWrite) { connection in
                try await connection.execute("SET LOCAL lock_timeout = '60s'")
                try await connection.execute(
                    "SELECT pg_catalog.pg_advisory_xact_lock(\(Self.lockNumber))")
                if try await ledgerIsMissing(connection) {
                    try await refuseForeignTables(connection)
                    try await connection.script(Self.ledger)
                }
                guard try await isPending(migration, connection) else { return false }
                try await apply(migration, connection)
                return true
            }
            if isNew { applied.append(migration) }
        }
        await connection.close()
        return applied
    }

    /// All of it as a script for psql, as `assay ingest migrate --print` shows it.
    public static var script: String {
        var text = "BEGIN;\n\n\(ledger)\nCOMMIT;\n"
        for migration in Migration.all {
            text += """


                -- ==== Migration \(migration.words)

                BEGIN;

                \(migration.sql)
                INSERT INTO ingest.migrations (number, name, digest)
                VALUES (\(migration.number), '\(migration.name)', '\(migration.digest)');

                COMMIT;

                """
        }
        return text
    }

    /// Any number that no other program locks.
    private static let lockNumber = 7_162_943_022

    private static let ledger = """
        CREATE SCHEMA ingest;
        COMMENT ON SCHEMA ingest IS 'What the ingest core remembers; not served to clients.';
        CREATE TABLE ingest.migrations (
            number integer PRIMARY KEY,
            name text NOT NULL,
            digest text NOT NULL,
            applied_by text NOT NULL DEFAULT current_user,
            applied_at timestamptz NOT NULL DEFAULT now()
        );
        COMMENT ON TABLE ingest.migrations IS 'Which migrations were applied, and in which form.';

        """

    // MARK: Steps

    private func ledgerIsMissing(_ connection: Connection) async throws(PostgresError) -> Bool {
        try await connection.query("SELECT to_regclass('ingest.migrations')").scalar == nil
    }

    /// A warehouse that something else made is not ours to build into.
    private func refuseForeignTables(_ connection: Connection) async throws {
        let found = try await connection.query(
            """
            SELECT n.nspname || '.' || c.relname FROM pg_catalog.pg_class AS c
            JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
            WHERE n.nspname IN ('raw', 'extracted', 'reference', 'core', 'ingest')
                AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
            ORDER BY 1 LIMIT 1
            """
        ).scalar
        guard let found else { return }
        throw Refusal(
            "\(found) is there, and no migration has made it; migrate an empty database and load the "
                + "rows there are into it")
    }

    private func isPending(
        _ migration: Migration, _ connection: Connection
    ) async throws -> Bool {
        let rows = try await connection.query(
            "SELECT number, name, digest FROM ingest.migrations ORDER BY number")
        if let unknown = rows.last, let number = unknown.int("number"),
            number > (migrations.last?.number ?? 0)
        {
            throw Refusal(
                "migration \(number) (\(unknown["name"] ?? "")) was applied, which this version does not "
                    + "know; use the version that applied it, or a later one")
        }
        guard let row = rows.first(where: { $0.int("number") == migration.number }) else {
            return true
        }
        guard row["digest"] == migration.digest else {
            throw Refusal(
                "migration \(migration.words) was applied in another form than the one at hand; a "
                    + "migration that was applied is never changed: undo the change and add another"
            )
        }
        return false
    }

    private func apply(_ migration: Migration, _ connection: Connection) async throws {
        do throws(PostgresError) {
            try await connection.script(migration.sql)
        } catch {
            guard error.code == .server else { throw error }
            throw Refusal(
                "migration \(migration.words) does not apply: \(error.message); it was rolled back")
        }
        try await connection.execute(
            "INSERT INTO ingest.migrations (number, name, digest) VALUES ($1, $2, $3)",
            [String(migration.number), migration.name, migration.digest])
    }
}
