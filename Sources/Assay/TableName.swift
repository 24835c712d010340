/// A schema-qualified table name, as the catalog spells it.
public struct TableName: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The schema; `public` where the declaration gave none.
    public let schema: String
    /// The table's own name.
    public let name: String

    /// Creates a name from its two halves, each exactly as the catalog spells it.
    public init(schema: String, name: String) {
        self.schema = schema
        self.name = name
    }

    /// Reads `schema.table`, `table`, or the same with SQL quotes around either half.
    ///
    /// Unquoted names keep their case: `core.Companies` means the table that was created as
    /// `"Companies"`.
    public init(_ text: String) {
        let halves = TableName.split(text)
        if let first = halves.first, halves.count > 1 {
            self.init(schema: first, name: halves.dropFirst().joined(separator: "."))
        } else {
            self.init(schema: "public", name: halves.first ?? text)
        }
    }

    /// The name quoted for a statement.
    public var sql: SQL {
        SQL(parts: [.identifier(schema), .text("."), .identifier(name)])
    }

    /// `schema.table`, as a person writes it.
    public var description: String { "\(schema).\(name)" }

    /// Orders by schema, then by name.
    public static func < (left: TableName, right: TableName) -> Bool {
        (left.schema, left.name) < (right.schema, right.name)
    }

    /// Splits dotted text at the dots outside quotes and takes the quotes off.
    static func split(_ text: String) -> [String] {
        var parts: [String] = [""]
        var quoted = false
        var pending = false
        for character in text {
            if character == "\"" {
                if pending { parts[parts.count - 1].append("\"") }
                pending = quoted && !pending
                quoted.toggle()
            } else if character == ".", !quoted {
                parts.append("")
                pending = false
            } else {
                parts[parts.count - 1].append(character)
                pending = false
            }
        }
        return parts
    }
}
