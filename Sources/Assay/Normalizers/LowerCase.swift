/// Text without the letters A to Z.
///
/// ## Why it matters
/// `Manual` and `manual` are two values to every comparison and one to every reader.
///
/// ## Example
/// `Clay Gent` becomes `clay gent`.
///
/// ## Known limits
/// Only A to Z are lowered, so that the answer is the same under every locale; `Ü` stays. White
/// space stays too. Text of nothing but white space has no normal form.
enum LowerCase: NormalForm {
    static let phrase = "text in lower case"

    // MARK: In SQL

    static func isNormalized(_ value: SQL, encoding: ServerEncoding) -> SQL {
        let isLower: SQL = value.isComparable ? "lower(\(value)) = \(value)" : "\(value) !~ '[A-Z]'"
        return "\(isLower) AND \(isNotBlank(value, encoding: encoding))"
    }

    static func repaired(_ value: SQL, encoding: ServerEncoding) -> SQL {
        "CASE WHEN \(isNotBlank(value, encoding: encoding)) THEN lower(\(value)) END"
    }

    private static func isNotBlank(_ value: SQL, encoding: ServerEncoding) -> SQL {
        """
        CASE WHEN \(Trimmed.beginsVisibly(value)) THEN true \
        ELSE \(Trimmed.sql(value, encoding: encoding)) <> '' END
        """
    }

    // MARK: In Swift

    static func isNormalized(_ text: Span<UInt8>) -> Bool {
        for index in text.indices where text[index].isUpperCase { return false }
        return !Trimmed.isBlank(text)
    }

    static func repaired(_ text: consuming [UInt8]) -> NormalBytes {
        text.lowercase()
        return Trimmed.isBlank(text.span) ? .none(reason: "blank") : .normal(text[...])
    }
}
