/// One value of a row that has not been stored yet.
public enum Value: Sendable, Hashable {
    /// No value.
    case null
    /// Text.
    case text(String)
    /// A whole number.
    case integer(Int64)
    /// A number.
    case number(Double)
    /// A truth value.
    case boolean(Bool)

    /// The text a kind looks at, or `nil` for null.
    public var text: String? {
        switch self {
        case .null: nil
        case .text(let text): text
        case .integer(let number): String(number)
        case .number(let number): number.plain
        case .boolean(let truth): truth ? "true" : "false"
        }
    }
}

/// A row that has not been stored yet, by column name.
///
/// A column that is absent is null.
public struct Row: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// The values by column name.
    public var values: [String: Value]

    /// Creates a row from its values.
    public init(_ values: [String: Value]) {
        self.values = values
    }

    /// Creates a row from a literal: `["domain": .text("example.com")]`.
    public init(dictionaryLiteral elements: (String, Value)...) {
        values = Dictionary(elements) { _, last in last }
    }

    /// The value of a column; null where the row has none.
    public subscript(column: String) -> Value {
        values[column] ?? .null
    }
}

/// What a check says of one row in Swift, before any database has seen it.
public enum Evaluation: Sendable, Hashable {
    /// The row keeps the promise.
    case satisfied
    /// The row breaks it; the reason names no value.
    case violated(String)
    /// The promise does not speak of this row.
    case outOfScope
    /// Only the database can say: the check looks at other rows, or its scope is SQL.
    case notEvaluable
}
