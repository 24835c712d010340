/// Text that neither begins nor ends with white space or an invisible character.
///
/// ## Why it matters
/// “acme” and “acme ” look the same in every report and are joined with nothing.
///
/// ## Example
/// The no-break spaces that a web page put around `acme` go; the one inside `acme inc` stays.
///
/// ## Known limits
/// Joiners and marks of direction are trimmed too, also where a script gives them a meaning. In a
/// database that is not encoded in UTF-8 only the ASCII characters are.
enum Trimmed: NormalForm {
    static let phrase = "text without white space around it"

    /// What is trimmed: controls, white space and invisible characters.
    private static let ascii: [ClosedRange<UInt32>] = [0x01...0x20, 0x7f...0x7f]
    private static let beyondASCII: [ClosedRange<UInt32>] = [
        0x85...0x85, 0xa0...0xa0, 0x1680...0x1680, 0x180e...0x180e, 0x2000...0x200f,
        0x2028...0x202f, 0x205f...0x2060, 0x2066...0x2069, 0x3000...0x3000, 0xfeff...0xfeff,
    ]

    // MARK: In SQL

    private static let trimmedASCII = literal(ascii)
    private static let trimmedUnicode = literal(ascii + beyondASCII)

    private static func literal(_ set: [ClosedRange<UInt32>]) -> SQL {
        var characters = ""
        characters.unicodeScalars += set.joined().compactMap(Unicode.Scalar.init)
        return .literal(characters)
    }

    /// A SQL text: a text without the white space around it.
    static func sql(_ text: SQL, encoding: ServerEncoding) -> SQL {
        "btrim(\(text), \(encoding == .utf8 ? trimmedUnicode : trimmedASCII))"
    }

    /// A SQL boolean: whether text begins with a visible ASCII character.
    ///
    /// `btrim` costs a microsecond, which this spares to most rows.
    static func beginsVisibly(_ text: SQL) -> SQL {
        text.isComparable
            ? "\(text) >= '!' AND \(text) < \(.literal("\u{7f}"))"
            : "ascii(\(text)) BETWEEN 33 AND 126"
    }

    /// The character at the end is cut out once and found between `!` and `~` (33 and 126) by their
    /// distance from the middle.
    static func isNormalized(_ value: SQL, encoding: ServerEncoding) -> SQL {
        """
        CASE WHEN \(beginsVisibly(value)) \
        AND abs(2 * ascii(right(\(value), 1)) - 159) < 94 THEN true \
        ELSE \(value) <> '' AND \(sql(value, encoding: encoding)) = \(value) END
        """
    }

    static func repaired(_ value: SQL, encoding: ServerEncoding) -> SQL {
        "nullif(\(sql(value, encoding: encoding)), '')"
    }

    // MARK: In Swift

    static func isNormalized(_ text: Span<UInt8>) -> Bool {
        text.count > 0 && leading(text) == 0 && trailing(text) == 0
    }

    static func repaired(_ text: consuming [UInt8]) -> NormalBytes {
        let trimmed = trim(text)
        return trimmed.isEmpty ? .none(reason: "blank") : .normal(trimmed)
    }

    /// Whether nothing is left of a text when it is trimmed.
    static func isBlank(_ text: Span<UInt8>) -> Bool {
        var index = 0
        while index < text.count {
            let width = trimmedWidth(text, at: index)
            if width == 0 { return false }
            index += width
        }
        return true
    }

    /// A text without the white space around it.
    static func trim(_ text: [UInt8]) -> ArraySlice<UInt8> {
        var trimmed = text[...]
        while case let width = leading(trimmed.span), width > 0 { trimmed.removeFirst(width) }
        while case let width = trailing(trimmed.span), width > 0 { trimmed.removeLast(width) }
        return trimmed
    }

    /// The width of the trimmed character that a text begins with, 0 if it begins with another.
    private static func leading(_ text: Span<UInt8>) -> Int {
        text.count == 0 ? 0 : trimmedWidth(text, at: 0)
    }

    /// The width of the trimmed character that a text ends with, 0 if it ends with another.
    private static func trailing(_ text: Span<UInt8>) -> Int {
        guard text.count > 0 else { return 0 }
        var start = text.count - 1
        while start > 0, text[start] & 0xc0 == 0x80 { start -= 1 }
        return trimmedWidth(text, at: start)
    }

    /// The width of the character at a place if it is trimmed, or else 0.
    private static func trimmedWidth(_ text: Span<UInt8>, at index: Int) -> Int {
        let (scalar, width) = text.scalar(at: index)
        if scalar < 0x80 { return scalar <= 0x20 || scalar == 0x7f ? 1 : 0 }
        return beyondASCII.contains { $0.contains(scalar) } ? width : 0
    }
}

extension Span<UInt8> {
    /// Whether a text holds nothing but white space and invisible characters.
    package var isBlank: Bool { Trimmed.isBlank(self) }

    /// The Unicode scalar of up to three bytes at a place, and its width.
    ///
    /// Those of four bytes, none of which is white space, come out as `UInt32.max`.
    func scalar(at index: Int) -> (scalar: UInt32, width: Int) {
        let first = UInt32(self[index])
        switch first {
        case ..<0x80:
            return (first, 1)
        case ..<0xe0:
            return ((first & 0x1f) << 6 | continuation(at: index + 1), 2)
        case ..<0xf0:
            let middle = continuation(at: index + 1) << 6
            return ((first & 0x0f) << 12 | middle | continuation(at: index + 2), 3)
        default:
            return (.max, 4)
        }
    }

    private func continuation(at index: Int) -> UInt32 { UInt32(self[index] & 0x3f) }
}
