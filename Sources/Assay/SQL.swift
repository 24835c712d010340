/// A piece of SQL whose identifiers and values are kept apart from its text.
///
/// Interpolation binds, never pastes:
///
///     let minimum = 3
///     let sql: SQL = "SELECT id FROM core.companies WHERE length(name) < \(minimum)"
///
/// sends `… < $1` with the binding `3`. Identifiers are written `\(identifier: name)` and are quoted
/// by the database driver when the statement is rendered.
public struct SQL: Sendable, Hashable {
    /// One run of a statement's text.
    public enum Part: Sendable, Hashable {
        /// Text that stands in the statement as it is.
        case text(String)
        /// A name, quoted when the statement is rendered.
        case identifier(String)
        /// A value, sent beside the statement; `nil` is SQL null.
        case binding(String?)
    }

    /// The runs in order.
    public private(set) var parts: [Part]

    /// Creates SQL from its parts.
    public init(parts: [Part] = []) {
        self.parts = parts
    }

    /// Creates SQL from text that the caller vouches for: nothing in it is quoted or bound.
    public init(unchecked text: String) {
        parts = text.isEmpty ? [] : [.text(text)]
    }

    /// A quoted name.
    public static func identifier(_ name: String) -> SQL {
        SQL(parts: [.identifier(name)])
    }

    /// A bound value; the server infers its type from where it stands.
    public static func binding(_ value: String?) -> SQL {
        SQL(parts: [.binding(value)])
    }

    /// Whether there is nothing in it.
    public var isEmpty: Bool { parts.isEmpty }

    /// Joins two pieces.
    public static func + (left: SQL, right: SQL) -> SQL {
        SQL(parts: left.parts + right.parts)
    }

    /// Appends a piece.
    public static func += (left: inout SQL, right: SQL) {
        left.parts += right.parts
    }

    /// The statement as it is sent: text with `$1`, `$2`, … and the values for them.
    ///
    /// Each binding is a parameter of its own: equal texts may be values of different types.
    ///
    /// - Parameter quote: Quotes one identifier; the driver's own function.
    /// - Returns: The text and the values in the order of their numbers.
    /// - Throws: What the driver says of a name it cannot quote.
    public func rendered<Failure: Error>(
        quoting quote: (String) throws(Failure) -> String
    ) throws(Failure) -> (text: String, bindings: [String?]) {
        var text = ""
        var bindings: [String?] = []
        for part in parts {
            switch part {
            case .text(let run):
                text += run
            case .identifier(let name):
                text += try quote(name)
            case .binding(let value):
                bindings.append(value)
                text += "$\(bindings.count)"
            }
        }
        return (text, bindings)
    }
}

extension SQL: ExpressibleByStringInterpolation {
    /// Creates SQL from a literal in the source.
    public init(stringLiteral value: String) {
        self.init(unchecked: value)
    }

    /// Creates SQL from an interpolated literal.
    public init(stringInterpolation: StringInterpolation) {
        self.init(parts: stringInterpolation.parts)
    }

    /// What an interpolated SQL literal is made of.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var parts: [Part] = []

        /// Creates an empty interpolation.
        public init(literalCapacity: Int, interpolationCount: Int) {
            parts.reserveCapacity(interpolationCount * 2 + 1)
        }

        /// Adds the text between two interpolations.
        public mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { parts.append(.text(literal)) }
        }

        /// Splices another piece of SQL.
        public mutating func appendInterpolation(_ sql: SQL) {
            parts += sql.parts
        }

        /// Binds a text value.
        public mutating func appendInterpolation(_ value: String) {
            parts.append(.binding(value))
        }

        /// Binds a whole number.
        public mutating func appendInterpolation(_ value: Int) {
            parts.append(.binding(String(value)))
        }

        /// Binds a number.
        public mutating func appendInterpolation(_ value: Double) {
            parts.append(.binding(String(value)))
        }

        /// Binds a truth value.
        public mutating func appendInterpolation(_ value: Bool) {
            parts.append(.binding(value ? "true" : "false"))
        }

        /// Binds a list as a PostgreSQL array.
        public mutating func appendInterpolation(_ values: [String]) {
            parts.append(.binding(SQL.arrayLiteral(values)))
        }

        /// Adds a quoted name.
        public mutating func appendInterpolation(identifier name: String) {
            parts.append(.identifier(name))
        }

        /// Adds a quoted, schema-qualified table name.
        public mutating func appendInterpolation(_ table: TableName) {
            parts += table.sql.parts
        }

        /// Pastes text that the caller vouches for.
        public mutating func appendInterpolation(unchecked text: String) {
            appendLiteral(text)
        }
    }

    /// The text form of a PostgreSQL array, every element quoted.
    package static func arrayLiteral(_ values: [String]) -> String {
        let elements = values.map { value in
            var quoted = "\""
            for character in value.unicodeScalars {
                if character == "\"" || character == "\\" { quoted += "\\" }
                quoted.unicodeScalars.append(character)
            }
            return quoted + "\""
        }
        return "{" + elements.joined(separator: ",") + "}"
    }
}

extension SQL {
    /// The statement fit to stand in parentheses: without semicolons at its end, and with a line break
    /// that ends a comment.
    var asSubquery: SQL {
        var parts = parts
        if case .text(var text)? = parts.last {
            while let end = text.last, end == ";" || end.isWhitespace { text.removeLast() }
            parts[parts.count - 1] = .text(text)
        }
        return SQL(parts: parts + [.text("\n")])
    }
}

extension Sequence where Element == SQL {
    /// Joins pieces with a separator.
    public func joined(separator: SQL) -> SQL {
        var result = SQL()
        for (index, piece) in self.enumerated() {
            if index > 0 { result += separator }
            result += piece
        }
        return result
    }
}
