import Assay
public import Postgres

/// Looks at a connection as an audit would use it, and says what is wrong with it.
public struct Doctor: Sendable {
    /// One thing that was looked at.
    public struct Remark: Sendable, Hashable {
        /// How a remark is meant.
        public enum Grade: String, Sendable, Hashable {
            /// As it should be.
            case good
            /// An audit runs, but something could be better.
            case advice
            /// An audit cannot run, or not all of it.
            case problem
        }

        /// How it is meant.
        public let grade: Grade
        /// What was looked at: `role`, `grants`.
        public let subject: String
        /// What was found, and what to do about it.
        public let sentence: String
    }

    let suite: Suite
    private let options: AuditOptions
    private let localTime: Double

    /// Creates a doctor.
    ///
    /// - Parameters:
    ///   - suite: The suite that is to be audited.
    ///   - options: How.
    ///   - localTime: This machine's clock, in seconds since 1970.
    public init(suite: Suite, options: AuditOptions, localTime: Double) {
        self.suite = suite
        self.options = options
        self.localTime = localTime
    }

    /// Connects, looks, and changes nothing.
    ///
    /// - Throws: `PostgresError` where no connection comes about.
    public func examine() async throws(PostgresError) -> [Remark] {
        let connection = try await Connection.connect(
            to: options.target, applicationName: "assay doctor", timeout: options.connectTimeout)
        do throws(PostgresError) {
            let remarks = try await examine(connection)
            await connection.close()
            return remarks
        } catch {
            await connection.close()
            throw error
        }
    }

    private func examine(_ connection: Connection) async throws(PostgresError) -> [Remark] {
        try await connection.begin(.repeatableReadReadOnly)
        let catalog = try await Catalog.read(from: connection)
        let database = catalog.database
        var remarks = [
            Remark(
                grade: .good, subject: "connection",
                sentence: "\(database.name) on \(connection.host):\(connection.port) as "
                    + "\(database.currentUser)" + (connection.usesSSL ? ", encrypted" : ""))
        ]
        remarks.append(transport(connection))
        remarks.append(version(database))
        remarks.append(encoding(database))
        remarks.append(clock(database))
        remarks += try await role(database, connection)
        remarks += grants(catalog)
        remarks += names(catalog)
        remarks += try await servers(catalog, connection)
        remarks.append(try await snapshot(database, connection))
        return remarks
    }

    private func transport(_ connection: Connection) -> Remark {
        let isLocal =
            connection.host.hasPrefix("/") || connection.host == "localhost"
            || connection.host.hasPrefix("127.")
        guard !connection.usesSSL, !isLocal else {
            return Remark(
                grade: .good, subject: "transport",
                sentence: connection.usesSSL ? "encrypted" : "on this machine")
        }
        return Remark(
            grade: .advice, subject: "transport",
            sentence: "rows travel unencrypted; add sslmode=verify-full to the connection string")
    }

    private func version(_ database: DatabaseIdentity) -> Remark {
        let number = database.serverVersionNumber
        let sentence = "PostgreSQL \(database.serverVersion)"
        guard number >= 130_000 else {
            return Remark(
                grade: .problem, subject: "server",
                sentence: "\(sentence) is older than 13, which Assay does not know")
        }
        return Remark(grade: .good, subject: "server", sentence: sentence)
    }

    private func encoding(_ database: DatabaseIdentity) -> Remark {
        guard database.encoding != "UTF8" else {
            return Remark(grade: .good, subject: "encoding", sentence: "UTF8")
        }
        return Remark(
            grade: .advice, subject: "encoding",
            sentence: "\(database.encoding): white space beyond ASCII is not trimmed by the domain "
                + "and blank checks")
    }

    private func clock(_ database: DatabaseIdentity) -> Remark {
        let skew = database.now - localTime
        guard abs(skew) > 60 else {
            return Remark(
                grade: .good, subject: "clock", sentence: "within a minute of this machine's")
        }
        return Remark(
            grade: .advice, subject: "clock",
            sentence: "the server's is \(Int(abs(skew)).counted("second")) "
                + "\(skew > 0 ? "ahead of" : "behind") this machine's; freshness is judged by the "
                + "server's")
    }

    private func role(
        _ database: DatabaseIdentity, _ connection: Connection
    ) async throws(PostgresError) -> [Remark] {
        if database.isSuperuser {
            return [
                Remark(
                    grade: .advice, subject: "role",
                    sentence:
                        "\(database.currentUser) is a superuser; audit as a role that can only "
                        + "SELECT")
            ]
        }
        let rows = try await connection.query(
            """
            SELECT count(*) FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
              AND pg_catalog.has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
            """, deadline: options.deadline)
        let writable = rows.scalar.flatMap { Int($0) } ?? 0
        guard writable > 0 else {
            return [
                Remark(
                    grade: .good, subject: "role",
                    sentence: "\(database.currentUser) can write to no table")
            ]
        }
        return [
            Remark(
                grade: .advice, subject: "role",
                sentence: "\(database.currentUser) can write to \(writable.counted("table")); the "
                    + "audit reads only, but a role that can only SELECT is safer")
        ]
    }

    private func grants(_ catalog: Catalog) -> [Remark] {
        let names =
            suite.tables.map(\.name) + suite.checks.flatMap { $0.check.foreignNames.map(\.table) }
        let role = catalog.database.currentUser
        var problems: [Remark] = []
        for schema in Set(names.map(\.schema)).sorted() where catalog.schemas.contains(schema) {
            guard !catalog.usableSchemas.contains(schema) else { continue }
            problems.append(
                Remark(
                    grade: .problem, subject: "grants",
                    sentence: "\(role) may not use schema \(schema): "
                        + "GRANT USAGE ON SCHEMA \(schema) TO \(role)"))
        }
        for name in Set(names).sorted() {
            guard let relation = catalog.relation(name), !relation.hasSelect else { continue }
            problems.append(
                Remark(
                    grade: .problem, subject: "grants",
                    sentence: "\(role) may not read \(name): GRANT SELECT ON \(name) TO \(role)"))
        }
        let known = Set(names).count { catalog.relation($0) != nil }
        guard problems.isEmpty, known > 0 else { return problems }
        return [
            Remark(
                grade: .good, subject: "grants",
                sentence:
                    "\(role) may read all \(known.counted("table")) of the suite that are there")
        ]
    }

    private func names(_ catalog: Catalog) -> [Remark] {
        let problems = Names(suite: suite, catalog: catalog).problems()
        guard problems.isEmpty else {
            return problems.map {
                Remark(grade: .problem, subject: "names", sentence: Refusal([$0]).description)
            }
        }
        return [
            Remark(
                grade: .good, subject: "names",
                sentence: "the catalog has every table and column of the suite")
        ]
    }

    private func snapshot(
        _ database: DatabaseIdentity, _ connection: Connection
    ) async throws(PostgresError) -> Remark {
        do throws(PostgresError) {
            _ = try await connection.exportSnapshot()
            return Remark(
                grade: .good, subject: "snapshot",
                sentence: "can be shared between connections"
                    + (database.isInRecovery ? "; the server is a replica" : ""))
        } catch {
            if error.isFatal { throw error }
            return Remark(
                grade: .advice, subject: "snapshot",
                sentence: "cannot be shared: \(error); run with --connections 1")
        }
    }
}
