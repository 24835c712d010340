import SQLSyntax

/// A table, index, type or routine by its name, with its schema where that is written.
struct ObjectName: Hashable, Sendable, CustomStringConvertible {
    let schema: String?
    let name: String

    init(schema: String? = nil, _ name: String) {
        self.schema = schema
        self.name = name
    }

    /// Reads a `RangeVar`.
    init?(relation: SyntaxTree) {
        guard let name = relation["relname"].string else { return nil }
        self.init(schema: relation["schemaname"].string, name)
    }

    /// Reads the parts of a qualified name.
    init?(parts: [String]) {
        guard let name = parts.last else { return nil }
        self.init(schema: parts.dropLast().last, name)
    }

    var description: String {
        // What `format` puts in the place of %I and %s only the run knows.
        if name == "_i" || name == "_s" { return "a table named at run time" }
        return schema.map { "\($0).\(name)" } ?? name
    }

    /// The name in SQL, quoted where it must be.
    var sql: String { (schema.map { "\(Self.quoted($0))." } ?? "") + Self.quoted(name) }

    /// An identifier in SQL, quoted where it must be.
    static func quoted(_ identifier: String) -> String {
        let isPlain =
            identifier.utf8.allSatisfy {
                ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z")) || $0 == UInt8(ascii: "_")
                    || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9"))
            } && identifier.first.map { !$0.isNumber } ?? false
        return isPlain ? identifier : "\"" + identifier.replacing("\"", with: "\"\"") + "\""
    }
}
