/// The name of a host on the Internet, as domains, web and e-mail addresses hold it.
///
/// Two labels at least, of 1 to 63 of `a`-`z`, `0`-`9` and `-`, none with a hyphen at its edge, 253
/// bytes in all; the last label is of letters, two at least, or begins with `xn--`.
enum HostName {
    // MARK: In SQL

    private static let label = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"

    /// A regular expression that holds for names but does not see their length.
    static let pattern = "(?:\(label)[.])+(?:[a-z]+[a-z]|xn--[a-z0-9-]*[a-z0-9])"

    /// The same without `xn--` as the beginning of the last label, at three quarters of the cost.
    static let commonPattern = "(?:\(label)[.])+[a-z]+[a-z]"

    /// A SQL boolean: whether a text is the name of a host.
    ///
    /// A regular expression costs by the states it walks through, so each name gets the smallest
    /// that is exact for it, and bounded repeats are kept to names that need them. None is shown a
    /// text that is too long to be a name: PostgreSQL's fail beyond 256 MB.
    static func isValid(_ text: SQL) -> SQL {
        """
        CASE WHEN octet_length(\(text)) > 253 THEN false \
        WHEN strpos(\(text), '-') = 0 THEN \(text) ~ '^(?:[a-z0-9]+[.])+[a-z]+[a-z]$' \
        WHEN \(text) LIKE '%.xn--%' THEN \(text) ~ \(.literal("^\(pattern)$")) \
        ELSE \(text) ~ \(.literal("^\(commonPattern)$")) END \
        AND (octet_length(\(text)) <= 63 OR \(text) !~ '[^.]{64}')
        """
    }

    // MARK: In Swift

    /// Whether a text is the name of a host.
    static func isValid(_ text: Span<UInt8>) -> Bool {
        guard text.count <= 253 else { return false }
        var start = 0
        var isAlphabetic = true
        var previous = UInt8(ascii: ".")
        for index in text.indices {
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"):
                break
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                isAlphabetic = false
            case UInt8(ascii: "-"):
                if previous == UInt8(ascii: ".") { return false }
                isAlphabetic = false
            case UInt8(ascii: "."):
                if previous == UInt8(ascii: ".") || previous == UInt8(ascii: "-") { return false }
                if index - start > 63 { return false }
                start = index + 1
                isAlphabetic = true
            default:
                return false
            }
            previous = byte
        }
        let last = text.count - start
        return start > 0 && previous != UInt8(ascii: "-") && last <= 63
            && (isAlphabetic ? last >= 2 : last >= 5 && text.has("xn--", at: start))
    }

    /// Why a text in lower case is not the name of a host.
    static func fault(in text: ArraySlice<UInt8>) -> String {
        if text.contains(where: { $0 >= 0x80 }) { return "idn" }
        if text.first == UInt8(ascii: "[") { return "ipv6" }
        let labels = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count > 1, let last = labels.last else { return "no_dot" }
        if last.isNumber { return "ip_or_numeric_tld" }
        if labels.contains(where: \.isEmpty) { return "empty_label" }
        if text.contains(UInt8(ascii: "_")) { return "underscore" }
        let hyphen = UInt8(ascii: "-")
        if labels.joined().contains(where: { !$0.isLowerCaseOrDigit && $0 != hyphen }) {
            return "bad_char"
        }
        if labels.contains(where: { $0.count > 63 }) { return "label_too_long" }
        if text.count > 253 { return "too_long" }
        if labels.contains(where: { $0.first == hyphen || $0.last == hyphen }) {
            return "hyphen_edge"
        }
        return "bad_tld"
    }
}

extension ArraySlice<UInt8> {
    /// Whether a browser would take it for a number, decimal or hexadecimal.
    fileprivate var isNumber: Bool {
        let digits = starts(with: "0x".utf8) ? dropFirst(2) : self
        let isHexadecimal = digits.count < count
        return !isEmpty
            && digits.allSatisfy { digit in
                digit.isDigit || isHexadecimal && UInt8(ascii: "a")...UInt8(ascii: "f") ~= digit
            }
    }
}
