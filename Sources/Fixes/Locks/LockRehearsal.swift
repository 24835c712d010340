import Assay
import Postgres
import SQLSyntax

/// Tries a constraint on an empty copy of its table, which is gone again at once.
///
/// So it is known before anybody runs the migration that the server takes the expression, that it is
/// immutable, and how the server writes it.
struct LockRehearsal: Sendable {
    let connection: Connection
    let spelling: Spelling

    /// Tries a CHECK.
    ///
    /// - Parameters:
    ///   - name: The constraint's name.
    ///   - expression: The condition.
    ///   - table: The table it is for.
    /// - Returns: The condition as the server writes it, and whether it uses nothing that could be
    ///   replaced.
    /// - Throws: Why it cannot stand.
    func check(
        _ name: String, _ expression: SQL, on table: TableName
    ) async throws -> (text: String, isBuiltIn: Bool) {
        let definition = try await trying(on: table) { copy throws(PostgresError) in
            let text = try spelling.text(of: expression)
            let quoted = try connection.quoted(name)
            try await connection.execute(
                "ALTER TABLE \(copy) ADD CONSTRAINT \(quoted) CHECK (\(text))")
            // A CHECK takes what changes with time and settings; an index does not.
            try await connection.execute("CREATE INDEX ON \(copy) ((\(text)))")
            return try await connection.checkDefinition(name, on: copy)
        }
        try refuseFrozenTime(in: expression, definition.text)
        return definition
    }

    /// Tries a unique index.
    ///
    /// - Parameters:
    ///   - name: The index's name.
    ///   - index: What it covers, from the opening parenthesis on.
    ///   - table: The table it is for.
    /// - Returns: What it covers as the server writes it, and whether it uses nothing that could be
    ///   replaced.
    /// - Throws: Why it cannot stand.
    func uniqueIndex(
        _ name: String, _ index: SQL, on table: TableName
    ) async throws -> (text: String, isBuiltIn: Bool) {
        let definition = try await trying(on: table) { copy throws(PostgresError) in
            let text = try spelling.text(of: index)
            let quoted = try connection.quoted(name)
            try await connection.execute("CREATE UNIQUE INDEX \(quoted) ON \(copy) \(text)")
            return try await connection.indexDefinition(name, on: copy)
        }
        try refuseFrozenTime(in: index, definition.text)
        return definition
    }

    /// Tries a generated column.
    ///
    /// - Parameters:
    ///   - name: The column's name.
    ///   - type: Its type, as SQL writes it.
    ///   - expression: What it is computed as.
    ///   - table: The table it is for.
    /// - Returns: The expression as the server writes it, and whether it uses nothing that could be
    ///   replaced.
    /// - Throws: Why it cannot stand.
    func generatedColumn(
        _ name: String, _ type: String, _ expression: SQL, on table: TableName
    ) async throws -> (text: String, isBuiltIn: Bool) {
        let definition = try await trying(on: table) { copy throws(PostgresError) in
            let text = try spelling.text(of: expression)
            let quoted = try connection.quoted(name)
            try await connection.execute("ALTER TABLE \(copy) DROP COLUMN IF EXISTS \(quoted)")
            try await connection.execute(
                "ALTER TABLE \(copy) ADD COLUMN \(quoted) \(type) GENERATED ALWAYS AS (\(text)) STORED"
            )
            return try await connection.generation(of: name, on: copy)
        }
        try refuseFrozenTime(in: expression, definition.text)
        return definition
    }

    private func trying(
        on table: TableName,
        _ body: (String) async throws(PostgresError) -> (text: String, isBuiltIn: Bool)?
    ) async throws -> (text: String, isBuiltIn: Bool) {
        // Under the table's own name, by which an author's SQL may call it.
        let copy = "pg_temp.\(try connection.quoted(table.name))"
        let original = try spelling.text(of: "\(table)")
        try await connection.execute("SAVEPOINT lock")
        try await connection.execute(
            "CREATE TEMPORARY TABLE \(copy) (LIKE \(original) INCLUDING GENERATED)")
        let definition: (text: String, isBuiltIn: Bool)?
        do throws(PostgresError) {
            definition = try await body(copy)
        } catch {
            guard let sentence = LockRehearsal.sentence(for: error) else { throw error }
            try await connection.execute("ROLLBACK TO SAVEPOINT lock")
            throw LockFault(sentence)
        }
        try await connection.execute("ROLLBACK TO SAVEPOINT lock")
        guard let definition else {
            throw PostgresError(
                .unexpected, "the server does not say what it made of the constraint")
        }
        return definition
    }

    private static func sentence(for error: PostgresError) -> String? {
        guard error.code == .server else { return nil }
        switch error.sqlState {
        case "42P17"?:
            return
                "its condition is not immutable: it depends on the time, on settings or on other rows, and "
                + "a constraint looks at a row when it is written; keep the audit"
        case "0A000"?:
            return
                "its condition has a subquery, which a constraint cannot hold; say it of one row's "
                + "columns, or keep the audit"
        default:
            return "the server does not take it as a constraint: \(error.message)"
        }
    }

    /// `'today'` in a constraint is the day on which the migration runs, for ever.
    private func refuseFrozenTime(
        in expression: SQL, _ definition: String
    ) throws {
        let tokens: [Token]
        do {
            tokens = try SQLSyntax.tokens(in: try spelling.text(of: expression))
        } catch {
            throw LockFault("its condition cannot be read: \(error)")
        }
        let definition = definition.lowercased()
        for token in tokens where token.kind == .string {
            let word = token.text.lowercased().drop { $0 == "e" || $0 == "'" || $0 == " " }
                .prefix { $0.isLetter }
            guard ["now", "today", "tomorrow", "yesterday"].contains(word),
                !definition.contains("'\(word)")
            else { continue }
            throw LockFault(
                "“\(word)” in a constraint is the moment at which the migration runs, for ever; keep "
                    + "the audit")
        }
    }
}
