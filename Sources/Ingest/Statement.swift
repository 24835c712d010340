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
    /// What is sent, made once: a payload runs the same few statements again and again.
    private let rendering: Result<Rendering, PostgresError>

    private struct Rendering {
        var text = ""
        var bindings: [String?] = []
    }

    init(_ name: String, parameters: Int, _ sql: SQL) {
        self.name = name
        self.parameters = parameters
        self.sql = sql
        rendering = Result { () throws(PostgresError) in
            var rendering = Rendering()
            for part in sql.parts {
                switch part {
                case .text(let run): rendering.text += run
                case .identifier(let name): rendering.text += try quoted(identifier: name)
                case .binding(let value):
                    rendering.bindings.append(value)
                    rendering.text += "$\(parameters + rendering.bindings.count)"
                }
            }
            return rendering
        }
    }

    /// Whether two are called alike and say the same.
    public static func == (left: Statement, right: Statement) -> Bool {
        left.name == right.name && left.parameters == right.parameters && left.sql == right.sql
    }

    /// Feeds what tells it from others.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(sql)
    }

    /// The text as it is sent, for tools that hold it against a database.
    ///
    /// - Throws: `PostgresError` where a name in it is none.
    public var text: String {
        get throws(PostgresError) { try rendered().text }
    }

    /// The text as it is sent, and the values of the SQL's own.
    func rendered() throws(PostgresError) -> (text: String, bindings: [String?]) {
        let rendering = try rendering.get()
        return (rendering.text, rendering.bindings)
    }

    /// The statement with its values.
    func bound(_ bindings: [String?]) throws(PostgresError) -> BoundStatement {
        let rendering = try rendering.get()
        return BoundStatement(rendering.text, bindings + rendering.bindings)
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
