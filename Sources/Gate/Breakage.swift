public import Assay
public import Auditor
public import Postgres
import SQLSyntax

/// What does not work in a database, looked for by having the server read it: functions, the statements of
/// code, and what checks name.
///
/// Held against what did not work before a migration, it tells what the migration broke.
public struct Breakage: Sendable {
    /// One thing that does not work.
    public struct Fault: Sendable, Hashable {
        /// What does not work.
        public enum Subject: Sendable, Hashable {
            /// A function or procedure, with its arguments, and the table whose trigger calls it.
            case routine(String, table: String?)
            /// A statement of code.
            case statement(ProgramStatement)
            /// A check by its identity, or all checks of a table by its name, and where it was made.
            case check(String, at: SourceLocation)
        }

        /// What does not work.
        public let subject: Subject
        /// Why, in the server's words, without values.
        public let reason: String
        /// The line of the function's body, where it is known.
        public let line: Int?

        /// A fault without its line, which may move.
        fileprivate var identity: Fault { Fault(subject: subject, reason: reason, line: nil) }
    }

    /// What does not work, in the order in which it was looked at.
    public let faults: [Fault]
    /// How the bodies of PL/pgSQL functions were read.
    public let reading: RoutineReading

    /// What is broken here and was not before, or not for this reason.
    public func added(since earlier: Breakage) -> [Fault] {
        let known = Set(earlier.faults.map(\.identity))
        return faults.filter { !known.contains($0.identity) }
    }

    /// Looks for what does not work.
    ///
    /// - Parameters:
    ///   - connection: A connection to a shadow, in no transaction; what is tried is rolled back.
    ///   - statements: The statements of code.
    ///   - suite: The checks; nil for none.
    ///   - usesChecker: Whether plpgsql_check is used where it is at hand.
    /// - Returns: What does not work.
    /// - Throws: What ends the connection.
    public static func read(
        on connection: Connection, statements: [ProgramStatement], suite: Suite?,
        usesChecker: Bool = true
    ) async throws(PostgresError) -> Breakage {
        let (routines, reading) = try await RoutineReading.faults(
            on: connection, usesChecker: usesChecker)
        var faults = routines
        faults += try await read(statements, on: connection)
        if let suite { faults += try await read(suite, on: connection) }
        return Breakage(faults: faults, reading: reading)
    }

    private static func read(
        _ statements: [ProgramStatement], on connection: Connection
    ) async throws(PostgresError) -> [Fault] {
        guard !statements.isEmpty else { return [] }
        return try await connection.run { connection throws(PostgresError) in
            var faults: [Fault] = []
            try await connection.begin(.readOnly)
            let required = try await RequiredColumns.read(connection)
            for statement in statements {
                try await connection.execute("SAVEPOINT assay_statement")
                do throws(PostgresError) {
                    _ = try await connection.describe(statement.sql)
                    if let column = required.missing(from: statement.sql) {
                        faults.append(
                            Fault(
                                subject: .statement(statement),
                                reason:
                                    "the INSERT gives \(column) no value, and the column demands one",
                                line: nil))
                    }
                } catch {
                    guard error.code == .server || error.code == .misuse else { throw error }
                    faults.append(
                        Fault(
                            subject: .statement(statement), reason: error.messageWithoutValues,
                            line: nil))
                }
                try await connection.execute("ROLLBACK TO SAVEPOINT assay_statement")
            }
            try await connection.rollback()
            return faults
        }
    }

    private static func read(
        _ suite: Suite, on connection: Connection
    ) async throws(PostgresError) -> [Fault] {
        try await suite.unresolvable(on: connection).map {
            Fault(subject: .check($0.name, at: $0.source), reason: $0.reason, line: nil)
        }
    }
}

/// The columns that an INSERT must give a value, by table.
private struct RequiredColumns: Sendable {
    private var columns: [TableName: [String]] = [:]
    private var path: [String] = []

    static func read(_ connection: isolated Connection) async throws(PostgresError)
        -> RequiredColumns
    {
        var required = RequiredColumns()
        for row in try await connection.query(query) {
            guard let schema = row["schema"], let table = row["name"], let column = row["column"]
            else {
                continue
            }
            required.columns[TableName(schema: schema, name: table), default: []].append(column)
        }
        let path = try await connection.query(
            "SELECT s FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) WITH ORDINALITY AS p (s, n) ORDER BY n"
        )
        required.path = path.compactMap { $0[0] }
        return required
    }

    /// A required column that an INSERT with a list of columns leaves out.
    func missing(from sql: String) -> String? {
        guard let statement = readableStatements(in: sql).statements.first else { return nil }
        var missing: String?
        statement.tree.walk { key, value in
            guard key == "InsertStmt", missing == nil else { return .into }
            let relation = value["relation"]
            let given = value["cols"].array.compactMap { $0["ResTarget"]["name"].string }
            guard let name = relation["relname"].string else { return .into }
            let isDefault = value["selectStmt"].isNull
            guard !given.isEmpty || isDefault else { return .into }
            let schemas = relation["schemaname"].string.map { [$0] } ?? path
            let table = schemas.lazy.map { TableName(schema: $0, name: name) }
                .first { columns[$0] != nil }
            missing = table.flatMap { columns[$0] }?.first { !given.contains($0) }
                .flatMap { column in table.map { "\($0).\(column)" } }
            return .into
        }
        return missing
    }

    private static let query = """
        SELECT n.nspname AS schema, c.relname AS name, a.attname AS "column"
        FROM pg_catalog.pg_attribute AS a
        JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
        WHERE a.attnum > 0 AND NOT a.attisdropped AND (a.attnotnull OR t.typnotnull)
            AND NOT a.atthasdef AND a.attidentity = '' AND t.typdefault IS NULL
            AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
            AND NOT EXISTS (
                SELECT FROM pg_catalog.pg_trigger AS g
                WHERE g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgtype & 1 = 1
                    AND g.tgtype & 2 = 2 AND g.tgtype & 4 = 4 AND g.tgenabled <> 'D')
        ORDER BY 1, 2, a.attnum
        """
}
