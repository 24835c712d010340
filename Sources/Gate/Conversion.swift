import Assay

/// What a change of a column's type does to values, as conditions over the rows.
struct Conversion: Sendable {
    private let column: String
    private let old: String
    private let new: String
    private let using: String?
    private let server: Int

    init(column: String, from old: String, to new: String, using: String?, server: Int) {
        self.column = column
        self.old = old
        self.new = new
        self.using = using
        self.server = server
    }

    private var value: SQL { .identifier(column) }
    private var isFromText: Bool { Self.isText(old) }

    /// The new value, as SQL.
    var expression: String {
        using ?? "\"\(column.replacing("\"", with: "\"\""))\"::\(new)"
    }

    /// Texts that are longer than the new type takes; nil where no length shrinks.
    var cut: SQL? {
        guard isFromText, let limit = Self.length(of: new) else { return nil }
        if let before = Self.length(of: old), before <= limit { return nil }
        // Spaces at the end are let go by an assignment.
        return "char_length(rtrim(\(value)::text, ' ')) > \(unchecked: String(limit))"
    }

    /// Whether what is too long is cut and not refused: an explicit cast does.
    var cutsInSilence: Bool { using != nil }

    /// Texts that are no value of the new type; nil where this server cannot tell them apart.
    var refused: SQL? {
        guard isFromText, using.map(isPlainCast) ?? true else { return nil }
        if server >= 160_000 { return "NOT pg_input_is_valid(\(value)::text, \(new)::text)" }
        guard let pattern = Self.patterns[new] else { return nil }
        return "btrim(\(value)::text, E' \\t\\n\\r\\f\\v') !~ '\(unchecked: pattern)'"
    }

    /// Values that the way to the new type and back would change; nil where that cannot be asked.
    var changed: SQL? {
        guard using.map(isPlainCast) ?? true, Self.isNumeric(old), Self.isNumeric(new) else {
            return nil
        }
        return "(\(unchecked: expression))::\(unchecked: old) IS DISTINCT FROM \(value)"
    }

    /// Whether USING only names the new type: `size::integer`, `CAST(size AS integer)`.
    private func isPlainCast(_ using: String) -> Bool {
        let text = using.lowercased().replacing("\"", with: "").filter { !$0.isWhitespace }
        let name = column.lowercased().filter { !$0.isWhitespace }
        return ["\(name)::", "(\(name))::", "(\(name)::", "cast(\(name)as"].contains {
            text.hasPrefix($0)
        }
            && !text.dropFirst(name.count).contains("||")
    }

    private static func isText(_ type: String) -> Bool {
        ["text", "character", "\"char\"", "name"].contains { type.hasPrefix($0) }
            && !type.hasSuffix("[]")
    }

    private static func isNumeric(_ type: String) -> Bool {
        ["smallint", "integer", "bigint", "numeric", "real", "double precision"]
            .contains { type == $0 || type.hasPrefix($0 + "(") }
    }

    /// The length of `character varying(40)`.
    private static func length(of type: String) -> Int? {
        guard isText(type), let open = type.firstIndex(of: "(") else { return nil }
        return Int(type[type.index(after: open)...].prefix { $0.isNumber })
    }

    /// What texts of some types look like; the range of a number is left to the cast.
    private static let patterns = [
        "smallint": "^[-+]?[0-9]+$", "integer": "^[-+]?[0-9]+$", "bigint": "^[-+]?[0-9]+$",
        "numeric":
            "^([-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?|[nN][aA][nN]|[-+]?[iI]nf(inity)?)$",
        "boolean": "^(?i)(t|tr|tru|true|f|fa|fal|fals|false|y|ye|yes|n|no|on|of|off|0|1)$",
        "uuid": "^(?i)\\{?([0-9a-f]{4}-?){8}\\}?$",
    ]
}
