/// A name: trimmed, its words one space apart, without control characters.
///
/// ## Why it matters
/// `Acme  Inc.` and `Acme Inc.` are one company to every reader and two to every join.
///
/// ## Example
/// `Acme`, a tab, `Inc.` and a line feed become `Acme Inc.`; the key by which it is compared is
/// `acme inc.`.
///
/// ## Known limits
/// A control character inside a name that is not white space is reported, not removed. Invisible
/// characters inside stay. Names are not put into Unicode's composed form, nor are legal forms
/// removed, and only A to Z are lowered in the key. In a database that is not encoded in UTF-8
/// white space beyond ASCII stays.
enum NameForm: NormalForm {
    static let phrase = "a name with single spaces between its words and none around it"

    // MARK: In SQL

    private static func space(_ encoding: ServerEncoding) -> String {
        let beyondASCII = #"\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"#
        return #"\t-\r"# + (encoding == .utf8 ? beyondASCII : "")
    }

    private static func control(_ encoding: ServerEncoding) -> String {
        #"\x01-\x1f\x7f"# + (encoding == .utf8 ? #"-\u009f"# : "")
    }

    static func isNormalized(_ value: SQL, encoding: ServerEncoding) -> SQL {
        let refused = "[\(control(encoding))\(space(encoding))]|  "
        return """
            \(value) !~ \(.literal(refused)) \
            AND \(Trimmed.isNormalized(value, encoding: encoding))
            """
    }

    static func repaired(_ value: SQL, encoding: ServerEncoding) -> SQL {
        let spaced: SQL = """
            regexp_replace(\(value), \(.literal("[\(space(encoding)) ]+")), ' ', 'g')
            """
        return """
            (SELECT CASE WHEN s !~ \(.literal("[\(control(encoding))]")) THEN nullif(s, '') END \
            FROM (SELECT \(Trimmed.sql(spaced, encoding: encoding)) AS s OFFSET 0) AS spaced)
            """
    }

    static func key(_ normal: SQL) -> SQL { "lower(\(normal))" }

    // MARK: In Swift

    static func isNormalized(_ text: Span<UInt8>) -> Bool {
        var wasSpace = false
        var index = 0
        while index < text.count {
            let (scalar, width) = text.scalar(at: index)
            let isSpace = scalar == 0x20
            if isSpace && wasSpace || !isSpace && isSpaceOrControl(scalar) { return false }
            wasSpace = isSpace
            index += width
        }
        return Trimmed.isNormalized(text)
    }

    static func repaired(_ text: consuming [UInt8]) -> NormalBytes {
        let trimmed = Trimmed.trim(text)
        if trimmed.isEmpty { return .none(reason: "blank") }
        var name: [UInt8] = []
        name.reserveCapacity(trimmed.count)
        let bytes = trimmed.span
        var index = 0
        while index < bytes.count {
            let (scalar, width) = bytes.scalar(at: index)
            if isSpace(scalar) {
                if name.last != UInt8(ascii: " ") { name.append(UInt8(ascii: " ")) }
            } else if isSpaceOrControl(scalar) {
                return .none(reason: "control_character")
            } else {
                for place in index..<index + width { name.append(bytes[place]) }
            }
            index += width
        }
        return .normal(name[...])
    }

    static func key(_ normal: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        normal.map(\.lowercased)[...]
    }

    private static func isSpace(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x09...0x0d, 0x20, 0x85, 0xa0, 0x1680, 0x2000...0x200a, 0x2028, 0x2029, 0x202f,
            0x205f, 0x3000:
            true
        default: false
        }
    }

    private static func isSpaceOrControl(_ scalar: UInt32) -> Bool {
        scalar <= 0x20 || 0x7f...0x9f ~= scalar || scalar >= 0xa0 && isSpace(scalar)
    }
}
