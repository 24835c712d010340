/// Text with nothing in it but white space and invisible characters.
enum BlankText {
    /// A SQL boolean that is true for blank text.
    ///
    /// Most values are settled by two comparisons of
    /// bytes; only those that begin outside the printable ASCII characters are trimmed.
    static func predicate(_ value: SQL, encoding: ServerEncoding, isShipped: Bool = false) -> SQL {
        if isShipped {
            let trimmed = Trimmed.sql("\(value)::text", encoding: encoding)
            return "ascii(\(value)::text) NOT BETWEEN 33 AND 126 AND \(trimmed) = ''"
        }
        let text: SQL = "\(value)::text COLLATE \"C\""
        let trimmed = Trimmed.sql(text, encoding: encoding)
        return "(\(text) < '!' OR \(text) > '~') AND \(trimmed) = ''"
    }

    /// Whether text is blank.
    static func matches(_ text: String) -> Bool {
        Normalizer.trimmed.normalize(text) == .none(reason: "blank")
    }
}

extension CheckContext {
    /// A SQL boolean that is true for text with nothing in it but white space and invisible characters.
    public func isBlank(_ value: SQL) -> SQL {
        BlankText.predicate(value, encoding: encoding)
    }

    /// A SQL boolean that is true for a column's text with nothing in it but that.
    func isBlank(_ column: String) -> SQL {
        BlankText.predicate(
            .identifier(column), encoding: encoding, isShipped: isShipped(column))
    }
}
