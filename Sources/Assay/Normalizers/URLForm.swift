/// A web address: `http://` or `https://`, a host in lower case, and the path as it was.
///
/// ## Why it matters
/// `HTTPS://Example.com:443/#top` and `https://example.com` are one page fetched, stored and
/// counted twice.
///
/// ## Example
/// `HTTPS://User@WWW.Example.com:443/` becomes `https://www.example.com`.
///
/// ## Known limits
/// A missing scheme is never guessed. The path and the query stay byte by byte: tracking
/// parameters, the order of parameters, percent-encoding, `..` and a slash at the end of a path are
/// not touched; only a lone slash after the host goes. A port is one to five digits. Hosts that are
/// numbers or beyond ASCII have no normal form.
enum URLForm: NormalForm {
    static let phrase = "a normalised http or https address"

    // MARK: In SQL

    private static let host = SQL.literal("^\(HostName.commonPattern)$")
    private static let authority = SQL.literal(
        "^\(HostName.pattern)(?::[1-9][0-9]?[0-9]?[0-9]?[0-9]?)?(?:[?].*)?$")
    private static let hidden = SQL.literal(#"[\x01-\x20\x7f#]"#)
    private static let parts = SQL.literal(
        #"^(https?)://(?:[^/\\?#\x01-\x20\x7f]*@)?([a-z0-9.-]*[a-z0-9])[.]?(:[0-9]*)?"#
            + #"((?:[/?][^#\x01-\x20\x7f]*)?)(?:#[^\x01-\x20\x7f]*)?$"#)

    /// The long text meets the smallest regular expression, the host alone the large one.
    ///
    /// Together they cost half of one for the whole. A host of 63 bytes has no label too long.
    static func isNormalized(_ value: SQL, encoding: ServerEncoding) -> SQL {
        let authority: SQL = "split_part(\(value), '/', 3)"
        let name: SQL = "substring(\(authority) FROM '^[^:?]*')"
        return """
            (\(value) LIKE 'https://%' OR \(value) LIKE 'http://%') \
            AND (\(authority) ~ \(host) OR \(authority) ~ \(Self.authority) \
            AND \(value) !~ '^http(?:://[^/?]*:80|s://[^/?]*:443)(?:[/?]|$)') \
            AND (octet_length(\(authority)) <= 63 \
            OR octet_length(\(name)) <= 253 AND \(name) !~ '[^.]{64}') \
            AND (\(value) NOT LIKE '%/' OR \(value) !~ '^https?://[^/?]*/$') \
            AND \(value) !~ \(hidden)
            """
    }

    static func repaired(_ value: SQL, encoding: ServerEncoding) -> SQL {
        """
        (SELECT CASE WHEN \(isNormalized("u", encoding: encoding)) THEN u END \
        FROM (SELECT lower(p[1]) || '://' || lower(p[2]) \
        || CASE WHEN lower(p[1]) || p[3] NOT IN ('http:', 'http:80', 'https:', 'https:443') \
        THEN p[3] ELSE '' END \
        || CASE WHEN p[4] = '/' THEN '' ELSE p[4] END AS u \
        FROM (SELECT regexp_match(\(Trimmed.sql(value, encoding: encoding)), \(parts), 'i') AS p \
        OFFSET 0) AS parts OFFSET 0) AS urls)
        """
    }

    // MARK: In Swift

    static func isNormalized(_ text: Span<UInt8>) -> Bool {
        let isSecure = text.has("https://", at: 0)
        guard isSecure || text.has("http://", at: 0) else { return false }
        let start = isSecure ? 8 : 7
        var end = start
        while end < text.count, !endsHost(text[end]) { end += 1 }
        guard HostName.isValid(text.extracting(start..<end)) else { return false }

        if end < text.count, text[end] == UInt8(ascii: ":") {
            let digits = end + 1
            var number = 0
            end = digits
            while end < text.count, text[end].isDigit, end - digits < 5 {
                number = number * 10 + Int(text[end] - UInt8(ascii: "0"))
                end += 1
            }
            guard end > digits, text[digits] != UInt8(ascii: "0"), number != (isSecure ? 443 : 80)
            else { return false }
        }
        if end == text.count { return true }
        guard isPathStart(text[end]) else { return false }
        if text[end] == UInt8(ascii: "/"), end + 1 == text.count { return false }
        for index in end..<text.count {
            if text[index].isSpaceOrControl || text[index] == UInt8(ascii: "#") { return false }
        }
        return true
    }

    static func repaired(_ text: consuming [UInt8]) -> NormalBytes {
        let text = Trimmed.trim(text)
        if text.isEmpty { return .none(reason: "blank") }
        let lowered = text.map(\.lowercased)[...]
        if Sentinel.contains(lowered) { return .none(reason: "sentinel") }
        let scheme = lowered.starts(with: "https://".utf8) ? "https://" : "http://"
        guard lowered.starts(with: scheme.utf8) else {
            let start = lowered.upTo { $0 == UInt8(ascii: ":") }
            let hasScheme = lowered[start.endIndex...].starts(with: "://".utf8)
            return .none(reason: hasScheme ? "bad_scheme" : "no_scheme")
        }
        var rest = text.dropFirst(scheme.utf8.count)
        if rest.isEmpty { return .none(reason: "sentinel") }
        if rest.contains(where: \.isSpaceOrControl) { return .none(reason: "space_inside") }

        rest = rest.upTo { $0 == UInt8(ascii: "#") }
        var host = rest.upTo(where: isPathStart)
        let path = rest[host.endIndex...]
        if host.contains(UInt8(ascii: "\\")) { return .none(reason: "bad_char") }
        if let user = host.lastIndex(of: UInt8(ascii: "@")) { host = host[(user + 1)...] }
        if host.first == UInt8(ascii: "[") { return .none(reason: "ipv6") }

        let portStart = host.firstIndex(of: UInt8(ascii: ":")) ?? host.endIndex
        var port = host[portStart...]
        host = host[..<portStart].map(\.lowercased)[...]
        if host.last == UInt8(ascii: ".") { host.removeLast() }
        guard HostName.isValid(host.span) else { return .none(reason: HostName.fault(in: host)) }
        let usual = scheme == "http://" ? ":80" : ":443"
        if port.count == 1 || port.elementsEqual(usual.utf8) { port = [] }
        let url = Array(scheme.utf8) + host + port + (path.elementsEqual("/".utf8) ? [] : path)
        return isNormalized(url.span) ? .normal(url[...]) : .none(reason: "bad_port")
    }

    private static func isPathStart(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?")
    }

    private static func endsHost(_ byte: UInt8) -> Bool {
        isPathStart(byte) || byte == UInt8(ascii: ":")
    }
}
