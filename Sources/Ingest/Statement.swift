public import Assay
import Postgres

/// A statement that the ingest core runs, by name.
///
/// All of them are values that can be listed, so that each can be held against a database before a payload
/// needs it (``Contracts``).
public struct Statement: Sendable, Hashable {
    /// What people call it: `store core.company_types`.
    public let name: String
    /// How many values whoever runs it binds, as `$1`, `$2`, …; those of the SQL itself follow.
    public let parameters: Int
    /// Its SQL.
    public let sql: SQL

    init(_ name: String, parameters: Int, _ sql: SQL) {
        self.name = name
        self.parameters = parameters
        self.sql = sql
    }

    /// The text as it is sent, for tools that hold it against a database.
    ///
    /// - Throws: `PostgresError` where a name in it is none.
    public var text: String {
        get throws(PostgresError) { try rendered().text }
    }

    /// The text as it is sent, and the values of the SQL's own.
    func rendered() throws(PostgresError) -> (text: String, bindings: [String?]) {
        var text = ""
        var bindings: [String?] = []
        for part in sql.parts {
            switch part {
            case .text(let run): text += run
            case .identifier(let name): text += try quoted(identifier: name)
            case .binding(let value):
                bindings.append(value)
                text += "$\(parameters + bindings.count)"
            }
        }
        return (text, bindings)
    }
}

extension Connection {
    /// Runs a statement of the core's.
    func query(
        _ statement: Statement, _ bindings: [String?] = []
    ) async throws(PostgresError) -> Rows {
        let (text, own) = try statement.rendered()
        return try await query(text, bindings + own)
    }
}

extension Destination {
    /// The statement that stores rows.
    var storing: Statement { Statement("store \(table)", parameters: 2, statement) }

    /// The statement that finds rows by their keys.
    var identifying: Statement { Statement("find \(table)", parameters: 1, identification) }
}
