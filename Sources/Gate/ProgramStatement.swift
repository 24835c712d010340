public import Postgres

/// A statement that a program runs, and where it stands.
public struct ProgramStatement: Sendable, Hashable {
    /// The statement, with `$1`, `$2`, … where the program puts values.
    public let sql: String
    /// The file's path, or what else knows the statement.
    public let file: String
    /// The line where it begins, from 1.
    public let line: Int
    /// The column where it begins, from 1.
    public let column: Int

    /// Names a statement.
    public init(sql: String, file: String, line: Int, column: Int) {
        self.sql = sql
        self.file = file
        self.line = line
        self.column = column
    }
}

extension ProgramStatement {
    /// What a database has been asked most often, as the extension pg_stat_statements kept it.
    ///
    /// - Parameters:
    ///   - limit: How many at most.
    ///   - connection: A connection to the database.
    /// - Returns: The statements, the most frequent first; none where the extension is not installed.
    /// - Throws: What the server says.
    public static func mostFrequent(
        _ limit: Int, on connection: Connection
    ) async throws(PostgresError) -> [ProgramStatement] {
        let schema = try await connection.query(
            """
            SELECT extnamespace::pg_catalog.regnamespace FROM pg_catalog.pg_extension
            WHERE extname = 'pg_stat_statements'
            """
        ).scalar
        guard let schema else { return [] }
        let rows = try await connection.query(
            """
            SELECT query, max(queryid::text) AS number FROM \(schema).pg_stat_statements
            WHERE dbid = (SELECT oid FROM pg_catalog.pg_database
                    WHERE datname = pg_catalog.current_database())
                AND query ~* '^\\s*(/\\*.*?\\*/\\s*)*(select|insert|update|delete|with|merge)\\y'
            GROUP BY query ORDER BY sum(calls) DESC, query LIMIT \(limit)
            """)
        return rows.compactMap { row in
            row["query"].map {
                ProgramStatement(
                    sql: $0, file: "pg_stat_statements/\(row["number"] ?? "")", line: 1, column: 1)
            }
        }
    }
}
