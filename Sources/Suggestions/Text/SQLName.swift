extension String {
    /// The name as SQL text: in quotes where it is not all lower-case letters, digits and `_`.
    public var inSQL: String {
        let isPlain = utf8.enumerated().allSatisfy { place, byte in
            (97...122).contains(byte) || byte == 95 || (place > 0 && (48...57).contains(byte))
        }
        let quoted = "\"" + replacing("\"", with: "\"\"") + "\""
        return isPlain && !isEmpty && !keywords.contains(self) ? self : quoted
    }
}

/// Words that a column may be called only in quotes.
private let keywords: Set<String> = [
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "both", "case", "cast",
    "check", "collate", "column", "constraint", "create", "default", "desc", "distinct", "do",
    "else", "end", "except", "false", "fetch", "for", "foreign", "from", "grant", "group", "having",
    "in", "into", "limit", "not", "null", "offset", "on", "only", "or", "order", "primary",
    "references", "select", "some", "table", "then", "to", "true", "union", "unique", "user",
    "using", "when", "where", "window", "with",
]
