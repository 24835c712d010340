import Assay
import Auditor
import Glibc
import Postgres

/// A server on which databases are made and dropped.
struct ShadowServer: Sendable {
    /// A database of it to give orders in; nothing is made in that one.
    let target: DatabaseTarget
    /// Whether nobody else uses the server, so that roles may be made.
    let isOurs: Bool
    /// Where names without a schema are looked up in the real database; nil for the usual.
    let searchPath: String?

    /// Settings of a server of our own: nothing waits for a disk or for others, and large schemas fit
    /// into one transaction.
    static let settings = [
        "autovacuum": "off", "max_wal_senders": "0", "wal_level": "minimal",
        "max_locks_per_transaction": "1024", "max_connections": "20",
    ]

    /// Runs `body` beside a new database, and drops it whatever happens, whoever is connected to it.
    ///
    /// - Parameters:
    ///   - template: The database to copy; nil for an empty one.
    ///   - body: Uses the database.
    /// - Returns: What `body` returns.
    /// - Throws: A refusal where the role may not create databases, and what `body` throws.
    nonisolated(nonsending) func withDatabase<Value: Sendable>(
        copying template: String?,
        _ body: nonisolated(nonsending) (DatabaseTarget) async throws -> Value
    ) async throws -> Value {
        let administrator = try await Connection.connect(to: target, applicationName: "assay gate")
        let name = "assay_shadow_\(getpid())_\(UInt32.random(in: 0 ... .max))"
        do throws(PostgresError) {
            try await administrator.execute(
                "CREATE DATABASE \(name) TEMPLATE \(administrator.quoted(template ?? "template0"))")
            if let searchPath {
                try await administrator.execute(
                    "ALTER DATABASE \(name) SET search_path TO \(searchPath)")
            }
        } catch {
            await administrator.close()
            guard error.sqlState == .insufficientPrivilege else { throw error }
            throw Refusal(
                "the role \(administrator.user) may not create databases on the shadow's server; "
                    + "give it CREATEDB, or take --shadow ephemeral")
        }
        let outcome: Result<Value, any Error>
        do {
            let roles = isOurs && template != nil ? try await administrator.roleNames() : nil
            let value = try await body(target.with("dbname", name))
            if let roles { try await administrator.restore(roles: roles, without: name) }
            outcome = .success(value)
        } catch {
            outcome = .failure(error)
        }
        // In a task of its own, so that a cancelled run cleans up too; a server of our own goes as a whole.
        if !isOurs {
            _ = try await Task {
                try await administrator.execute("DROP DATABASE \(name) WITH (FORCE)")
            }.value
        }
        await administrator.close()
        return try outcome.get()
    }

    /// Makes the roles that a schema names, or refuses where the server is not ours and lacks one.
    nonisolated(nonsending) func provide(roles: [String]) async throws {
        let administrator = try await Connection.connect(to: target, applicationName: "assay gate")
        do {
            if isOurs {
                try await administrator.makeRoles(roles)
            } else {
                let known = Set(try await administrator.roleNames())
                let lacking = roles.filter { !known.contains($0) && !$0.hasPrefix("pg_") }
                if let first = lacking.first {
                    let more = lacking.count > 1 ? " and \(lacking.count - 1) more" : ""
                    throw Refusal(
                        "the shadow's server has no role \(first)\(more), which the schema names; "
                            + "create it there, or take --shadow ephemeral")
                }
            }
        } catch {
            await administrator.close()
            throw error
        }
        await administrator.close()
    }

    // MARK: What is no place for a shadow

    /// Refuses a database of the real one's server, and one that holds anything.
    ///
    /// Roles, databases and settings are the server's: a migration on a shadow beside the real database would
    /// change those in earnest.
    ///
    /// - Parameters:
    ///   - options: What production is known by.
    ///   - real: A connection to the real database, where there is one.
    /// - Throws: A refusal by name.
    nonisolated(nonsending) func refuseMisuse(
        _ options: ShadowOptions, real: Connection?
    ) async throws {
        let connection = try await Connection.connect(
            to: target, applicationName: "assay gate", timeout: options.connectTimeout)
        do {
            let place = try await identity(of: connection)
            if let real {
                let other = try await identity(of: real)
                if Self.isOneServer(place, connection, other, real) {
                    throw Self.isProduction(
                        place.name,
                        because: place.name == other.name
                            ? "it is the database that --from names"
                            : "it is on the server of --from, whose roles and databases are real")
                }
            }
            if Self.matches(options.expected, place, connection) {
                throw Self.isProduction(
                    place.name, because: "it is the database that the configuration expects")
            }
            if let server = options.expected.systemIdentifier, server == place.systemIdentifier {
                throw Self.isProduction(
                    place.name, because: "it is on the server that the configuration expects")
            }
            try await refuseContents(of: connection, place.name)
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }

    private nonisolated(nonsending) func identity(
        of connection: Connection
    ) async throws(PostgresError) -> DatabaseIdentity {
        try await connection.run { connection throws(PostgresError) in
            try await DatabaseIdentity.read(from: connection)
        }
    }

    private static func isOneServer(
        _ left: DatabaseIdentity, _ leftConnection: Connection,
        _ right: DatabaseIdentity, _ rightConnection: Connection
    ) -> Bool {
        if let own = left.systemIdentifier, let other = right.systemIdentifier {
            return own == other
        }
        // A host that keeps its system identifier to itself is known by its address.
        return leftConnection.host == rightConnection.host
            && leftConnection.port == rightConnection.port
    }

    /// Whether all that is known of the expected database is true of this one.
    private static func matches(
        _ expected: ExpectedDatabase, _ place: DatabaseIdentity, _ connection: Connection
    ) -> Bool {
        let facts = [
            (expected.name, place.name), (expected.host, connection.host),
            (expected.systemIdentifier, place.systemIdentifier),
        ].filter { $0.0 != nil }
        return !facts.isEmpty && facts.allSatisfy { $0.0 == $0.1 }
    }

    private static func isProduction(_ name: String, because reason: String) -> Refusal {
        Refusal(
            "the shadow cannot be \(name): \(reason), and migrations are run on a shadow; "
                + "give an empty database of another server, or take --shadow ephemeral")
    }

    /// Refuses a database in which users have made anything.
    private nonisolated(nonsending) func refuseContents(
        of connection: Connection, _ name: String
    ) async throws {
        let rows = try await connection.query(
            """
            WITH theirs AS (
                SELECT oid, nspname FROM pg_catalog.pg_namespace
                WHERE nspname <> 'information_schema' AND nspname !~ '^pg_')
            SELECT * FROM (
                SELECT 'schema ' || nspname FROM theirs WHERE nspname <> 'public'
                UNION ALL
                SELECT CASE relkind WHEN 'S' THEN 'sequence ' WHEN 'v' THEN 'view ' ELSE 'table ' END
                    || oid::pg_catalog.regclass
                FROM pg_catalog.pg_class AS c WHERE relnamespace IN (SELECT oid FROM theirs)
                    AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT EXISTS (
                        SELECT FROM pg_catalog.pg_depend AS d
                        WHERE d.objid = c.oid AND d.deptype = 'e')
                UNION ALL
                SELECT 'function ' || oid::pg_catalog.regprocedure
                FROM pg_catalog.pg_proc AS p WHERE pronamespace IN (SELECT oid FROM theirs)
                    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                        WHERE d.objid = p.oid AND d.deptype = 'e')
            ) AS contents (name)
            ORDER BY pg_catalog.split_part(name, ' ', 1) DESC, name COLLATE "C"
            """)
        guard let first = rows.first?[0] else { return }
        let more = rows.count > 1 ? " and \((rows.count - 1).grouped) more" : ""
        throw Refusal(
            "the shadow \(name) is not empty: it has the \(first)\(more); give an empty database")
    }
}

extension Connection {
    /// Makes the roles of the server those that they were before a migration ran in a database.
    ///
    /// Roles are the server's, so that the next copy of a shadow would meet those that a migration made.
    fileprivate func restore(
        roles: [String], without database: String
    ) async throws(PostgresError) {
        let now = try await roleNames()
        try await makeRoles(roles)
        let made = Set(now).subtracting(roles).sorted()
        guard !made.isEmpty else { return }
        // What they own or may do there goes first.
        try await execute("DROP DATABASE \(try quoted(database)) WITH (FORCE)")
        for role in made { try await execute("DROP ROLE \(try quoted(role))") }
    }
}
