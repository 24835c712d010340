import SQLSyntax

/// A type as a column is given it.
struct TypeName: Hashable, Sendable, CustomStringConvertible {
    /// The name without `pg_catalog`, such as `int4`, `varchar` or `core.mood`.
    let name: String
    /// The numbers between its parentheses.
    let modifiers: [Int]
    let isArray: Bool

    init(_ tree: SyntaxTree) {
        let names = tree["names"].names
        name = names.drop { $0 == "pg_catalog" }.joined(separator: ".")
        modifiers = tree["typmods"].array.compactMap {
            let constant = $0["A_Const"]
            if let number = constant["ival"]["ival"].number { return number }
            // What libpg_query leaves out is a zero.
            return constant.isNull ? nil : 0
        }
        isArray = !tree["arrayBounds"].array.isEmpty
    }

    var description: String {
        let numbers = modifiers.map(String.init).joined(separator: ",")
        let spelled = Self.spellings[name] ?? name
        return spelled + (numbers.isEmpty ? "" : "(\(numbers))") + (isArray ? "[]" : "")
    }

    /// Whether a column of it makes its numbers by a sequence.
    var isSerial: Bool {
        ["serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"].contains(name)
    }

    private static let spellings = [
        "int2": "smallint", "int4": "integer", "int8": "bigint", "bool": "boolean",
        "bpchar": "char", "float4": "real", "float8": "double precision",
    ]

    /// Whether a column of another type can become one of this without its table being written anew.
    func keepsRows(of old: TypeName) -> Bool {
        if old == self { return true }
        guard !old.isArray, !isArray else { return false }
        switch (old.name, name) {
        case ("varchar", "text"), ("varchar", "varchar"), ("text", "varchar"):
            // A limit that grows or goes is none that rows must be held against.
            guard let limit = modifiers.first else { return true }
            return old.modifiers.first.map { $0 <= limit } ?? false
        case ("numeric", "numeric"):
            guard let precision = modifiers.first else { return true }
            guard let before = old.modifiers.first else { return false }
            let scales = [old, self].map { $0.modifiers.count > 1 ? $0.modifiers[1] : 0 }
            return precision >= before && scales[0] == scales[1]
        case ("varbit", "varbit"):
            guard let limit = modifiers.first else { return true }
            return old.modifiers.first.map { $0 <= limit } ?? false
        case ("timestamp", "timestamp"), ("timestamptz", "timestamptz"), ("time", "time"),
            ("interval", "interval"):
            guard let precision = modifiers.last else { return true }
            return (old.modifiers.last ?? 6) <= precision
        case ("cidr", "inet"):
            return true
        default:
            return false
        }
    }

    /// Whether some old type could become this one without a rewrite: the text alone cannot tell.
    var mayKeepRows: Bool {
        guard !isArray else { return false }
        switch name {
        case "text", "varchar", "inet", "varbit", "numeric", "timestamptz", "timestamp", "interval":
            return true
        default:
            return false
        }
    }
}
