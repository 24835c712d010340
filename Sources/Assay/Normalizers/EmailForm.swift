/// An e-mail address in lower case.
///
/// ## Why it matters
/// `Info@Example.com` and `info@example.com` reach one inbox, and are two people to a join.
///
/// ## Example
/// ` Info@Example.com ` becomes `info@example.com`; `www.` is kept, for mail goes to that very
/// host.
///
/// ## Known limits
/// The part before the `@` is lowered although a server may tell cases apart; none does. Quoted
/// names, addresses of numbers and names beyond ASCII have no normal form. Tags (`info+list@…`) and
/// dots stay.
enum EmailForm: NormalForm {
    static let phrase = "a lower-case e-mail address"

    // MARK: In SQL

    private static let local = "[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:[.][a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"

    /// In an address of 64 bytes no part can be too long.
    static func isNormalized(_ value: SQL, encoding: ServerEncoding) -> SQL {
        """
        CASE WHEN \(value) LIKE '%.xn--%' \
        THEN \(value) ~ \(.literal("^\(local)@\(HostName.pattern)$")) \
        ELSE \(value) ~ \(.literal("^\(local)@\(HostName.commonPattern)$")) END \
        AND (octet_length(\(value)) <= 64 \
        OR octet_length(\(value)) <= 254 AND strpos(\(value), '@') <= 65 \
        AND split_part(\(value), '@', 2) !~ '[^.]{64}')
        """
    }

    static func repaired(_ value: SQL, encoding: ServerEncoding) -> SQL {
        """
        (SELECT CASE WHEN \(isNormalized("s", encoding: encoding)) THEN s END \
        FROM (SELECT lower(\(Trimmed.sql(value, encoding: encoding))) AS s OFFSET 0) AS trimmed)
        """
    }

    // MARK: In Swift

    static func isNormalized(_ text: Span<UInt8>) -> Bool {
        guard text.count <= 254 else { return false }
        var previous = UInt8(ascii: ".")
        for index in text.indices {
            let byte = text[index]
            if byte == UInt8(ascii: "@") {
                return previous != UInt8(ascii: ".") && index <= 64
                    && HostName.isValid(text.extracting((index + 1)...))
            }
            if byte == UInt8(ascii: ".") {
                if previous == byte { return false }
            } else if !isLocal(byte) {
                return false
            }
            previous = byte
        }
        return false
    }

    static func repaired(_ text: consuming [UInt8]) -> NormalBytes {
        text.lowercase()
        let text = Trimmed.trim(text)
        return isNormalized(text.span) ? .normal(text) : .none(reason: fault(in: text))
    }

    /// Why a text without white space around it is no address.
    private static func fault(in text: ArraySlice<UInt8>) -> String {
        if text.isEmpty { return "blank" }
        if Sentinel.contains(text) { return "sentinel" }
        if text.starts(with: "mailto:".utf8) { return "mailto" }
        if text.contains(UInt8(ascii: "<")) { return "display_name" }
        if text.contains(where: \.isSpaceOrControl) { return "space_inside" }
        if text.contains(where: { $0 >= 0x80 }) { return "idn" }
        guard let at = text.firstIndex(of: UInt8(ascii: "@")) else { return "no_at" }
        if text[(at + 1)...].contains(UInt8(ascii: "@")) { return "multiple" }
        let local = text[..<at]
        if local.isEmpty { return "local_empty" }
        if local.count > 64 { return "local_too_long" }
        if !local.allSatisfy({ isLocal($0) || $0 == UInt8(ascii: ".") }) { return "bad_char" }
        let words = local.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        if words.contains(where: \.isEmpty) { return "dot_edge" }
        let host = text[(at + 1)...]
        return HostName.isValid(host.span) ? "too_long" : HostName.fault(in: host)
    }

    private static func isLocal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            // ! # $ % & ' * + - / = ? ^ _ ` { | } ~
            0x21, 0x23...0x27, 0x2a, 0x2b, 0x2d, 0x2f, 0x3d, 0x3f, 0x5e...0x60, 0x7b...0x7e:
            true
        default: false
        }
    }
}
