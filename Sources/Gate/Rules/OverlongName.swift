import Assay
import SQLSyntax

/// A name that PostgreSQL cuts.
struct OverlongName: MigrationRule {
    static let statements = [MigrationRules.anyStatement]
    static let judgesRoutines = true

    private static let limit = 63

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        guard statement.text.utf8.count > limit, hasLongWord(statement.text),
            let tokens = try? tokens(in: statement.text)
        else { return [] }
        return tokens.filter { $0.kind == .identifier }.compactMap { token in
            let isQuoted = token.text.hasPrefix("\"")
            let inner = isQuoted ? String(token.text.dropFirst().dropLast()) : token.text
            let name = inner.replacing("\"\"", with: "\"")
            let bytes = Array(name.utf8)
            guard bytes.count > limit else { return nil }
            let start = token.location.offset
            // Whole characters only, as PostgreSQL cuts.
            var end = limit
            while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
            let kept = String(decoding: bytes[..<end], as: UTF8.self)
            return Problem(
                "this name has \(bytes.count) bytes; PostgreSQL cuts it to \(kept)",
                at: .bytes(start..<start + token.text.utf8.count))
        }
    }

    /// Whether any name may be that long: asked of every statement, so without splitting it.
    private static func hasLongWord(_ text: String) -> Bool {
        var length = 0
        for byte in text.utf8 {
            let isPart =
                byte >= 0x80 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
                || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
                || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
            length = isPart ? length + 1 : 0
            if length > limit { return true }
        }
        return false
    }

    static let documentation = RuleDocumentation(
        "overlong-name", .warning,
        summary: "A name of more than 63 bytes is cut without an error.",
        why: "Two names with one beginning become one, and code that compares names finds nothing.",
        instead: "Choose a name of at most 63 bytes.",
        limits:
            "Quoted names of several words, each shorter than that, and names PostgreSQL makes are not seen.",
        refuses: [
            "CREATE INDEX CONCURRENTLY ⟪index_of_company_customers_by_origin_company_domain_and_customer_domain⟫ ON core.a (b)"
        ],
        accepts: ["CREATE INDEX CONCURRENTLY company_customers_by_domains ON core.a (b)"])
}
