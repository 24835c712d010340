import Postgres

/// Has the server prepare statements without running them, in one transaction that is rolled back.
enum QueryContract {
    /// How many names of one statement are told, each after the one before it was taken out.
    private static let mostRefusals = 8
    /// After how many statements the locks that preparing takes are given back.
    private static let statementsHeld = 50

    /// What the server says of each statement, asked once.
    static func answers(
        to statements: [String], on connection: isolated Connection,
        progress: @Sendable (Int) -> Void
    ) async throws(PostgresError) -> [String: StatementCheck.ServerAnswer] {
        var answers: [String: StatementCheck.ServerAnswer] = [:]
        try await connection.execute("SAVEPOINT assay_prepare")
        for (number, statement) in statements.enumerated() {
            if number % statementsHeld == statementsHeld - 1 {
                try await connection.execute("ROLLBACK TO SAVEPOINT assay_prepare")
            }
            answers[statement] = .init(refusals: try await refusals(of: statement, on: connection))
            progress(number + 1)
        }
        return answers
    }

    private static func refusals(
        of statement: String, on connection: isolated Connection
    ) async throws(PostgresError) -> [PostgresError] {
        var refusals: [PostgresError] = []
        var text = Array(statement.utf8)
        while refusals.count < mostRefusals {
            do throws(PostgresError) {
                _ = try await connection.describe(String(decoding: text, as: UTF8.self))
                return refusals
            } catch {
                guard error.code == .server else { throw error }
                try await connection.execute("ROLLBACK TO SAVEPOINT assay_prepare")
                if refusals.isEmpty || error.sqlState == .undefinedColumn { refusals.append(error) }
                guard error.sqlState == .undefinedColumn, blank(&text, at: error.position) else {
                    return refusals
                }
            }
        }
        return refusals
    }

    /// Puts a null where a column is not known, in as many characters, so that the next fault is found.
    private static func blank(_ text: inout [UInt8], at position: Int?) -> Bool {
        guard let position else { return false }
        var mapped = MappedText()
        mapped.append(text, at: 0)
        let start = mapped.offset(ofCharacter: position)
        let name = mapped.identifier(at: start)
        let range = start..<start + name.length
        guard name.length > 0, text[range].allSatisfy({ $0 < 0x80 }) else { return false }
        let null: [UInt8] = Array((name.length >= 4 ? "NULL" : name.length > 1 ? "''" : "0").utf8)
        text.replaceSubrange(
            range, with: null + Array(repeating: 32, count: name.length - null.count))
        return true
    }
}
