/// A bare, lower-case domain.
///
/// ## Why it matters
/// `https://www.Example.com/` and `example.com` are one company, but two rows, two counts and a
/// join that finds nothing.
///
/// ## Example
/// `HTTPS://WWW.Example.com:443/about?x=1` becomes `example.com`; `www2.example.com` and `www.com`
/// stay.
///
/// ## Known limits
/// Never guessed: misspelled schemes, lists, e-mail addresses, quotes, percent-encoding and
/// addresses of numbers have no normal form. A domain beyond ASCII has none either (`idn`): its
/// form is the `xn--` one, which SQL cannot compute.
enum DomainName: NormalForm {
    static let phrase = "a bare, lower-case domain"

    /// Labels under which countries give out names: `gov.uk` is nobody's, so `www.gov.uk` stays.
    private static let secondLevels = [
        "ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "govt", "gub", "gv", "ltd", "me",
        "mil", "ne", "net", "nhs", "nic", "nom", "or", "org", "plc", "police", "sch",
    ]

    // MARK: In SQL

    private static let kept = SQL.literal(
        "^www[.](?:\(secondLevels.joined(separator: "|")))[.][a-z][a-z]$")

    private static let lead = SQL.literal(
        #"^(?:(?:(?:https?|ftp):*[/\\]+)+(?:[^/\\?#]*@)?|[/\\]+)"#)
    private static let whole = SQL.literal(
        #"^[a-z0-9.-]*[a-z0-9][.]?(?::[0-9]*)?(?:[/\\?#][^\x01-\x20\x7f]*)?$"#)

    static func isNormalized(_ value: SQL, encoding: ServerEncoding) -> SQL {
        """
        \(HostName.isValid(value)) \
        AND (\(value) NOT LIKE 'www.%.%' OR \(value) ~ \(kept))
        """
    }

    /// One step a subquery, kept apart by `OFFSET 0`, so that none is evaluated twice; and no group
    /// is captured in a long text, which costs three times the match.
    static func repaired(_ value: SQL, encoding: ServerEncoding) -> SQL {
        """
        (SELECT CASE WHEN \(HostName.isValid("d")) THEN d END \
        FROM (SELECT CASE WHEN bare <> h AND 'www.' || bare ~ \(kept) \
        THEN 'www.' || bare ELSE bare END AS d \
        FROM (SELECT h, CASE WHEN h LIKE 'www.%' THEN regexp_replace(h, \
        '^(?:www[.])+([^.]+[.])', \(.literal(#"\1"#))) ELSE h END AS bare \
        FROM (SELECT CASE WHEN s ~ \(whole) THEN substring(s FROM '^[a-z0-9.-]*[a-z0-9]') END AS h \
        FROM (SELECT CASE WHEN s !~ '[,;|](?:https?:|www[.])' \
        THEN regexp_replace(s, \(lead), '') END AS s \
        FROM (SELECT lower(\(Trimmed.sql(value, encoding: encoding))) AS s \
        OFFSET 0) AS trimmed OFFSET 0) AS led OFFSET 0) AS hosts OFFSET 0) AS bared \
        OFFSET 0) AS domains)
        """
    }

    // MARK: In Swift

    static func isNormalized(_ text: Span<UInt8>) -> Bool {
        guard HostName.isValid(text) else { return false }
        return !text.has("www.", at: 0) || !isStrippable(text)
    }

    static func repaired(_ text: consuming [UInt8]) -> NormalBytes {
        text.lowercase()
        let text = Trimmed.trim(text)
        if text.isEmpty { return .none(reason: "blank") }
        if Sentinel.contains(text) { return .none(reason: "sentinel") }
        if isMultiple(text) { return .none(reason: "multiple") }

        var rest = text
        var hasScheme = false
        while dropScheme(&rest) { hasScheme = true }
        if !hasScheme { rest = rest.drop(while: isSlash) }
        if rest.isEmpty { return .none(reason: "sentinel") }

        var host = rest.upTo { isSlash($0) || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
        let path = rest[host.endIndex...]
        let user = host.lastIndex(of: UInt8(ascii: "@"))
        if hasScheme, let user { host = host[(user + 1)...] }
        if host.contains(where: \.isSpaceOrControl) || path.contains(where: \.isSpaceOrControl) {
            return .none(reason: "space_inside")
        }
        if !hasScheme, user != nil { return .none(reason: "email") }
        if host.first == UInt8(ascii: "[") { return .none(reason: "ipv6") }

        let name = host.upTo { $0 == UInt8(ascii: ":") }
        let port = host[name.endIndex...].dropFirst()
        host = name.last == UInt8(ascii: ".") ? name.dropLast() : name
        if host.elementsEqual("www".utf8) { return .none(reason: "sentinel") }
        host = withoutWWW(host)
        guard HostName.isValid(host.span) else { return .none(reason: HostName.fault(in: host)) }
        return port.allSatisfy(\.isDigit) ? .normal(host) : .none(reason: "bad_port")
    }

    /// Removes one scheme and the slashes after it, also `http:/`, `http//` and `https:\\`.
    private static func dropScheme(_ text: inout ArraySlice<UInt8>) -> Bool {
        var rest = text
        guard rest.drop("https") || rest.drop("http") || rest.drop("ftp") else { return false }
        rest = rest.drop { $0 == UInt8(ascii: ":") }
        guard let first = rest.first, isSlash(first) else { return false }
        text = rest.drop(while: isSlash)
        return true
    }

    private static func isSlash(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\")
    }

    /// Whether a second address begins right after a comma, a semicolon or a bar.
    private static func isMultiple(_ text: ArraySlice<UInt8>) -> Bool {
        let text = text.span
        for index in text.indices {
            switch text[index] {
            case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "|"):
                let next = index + 1
                if text.has("http:", at: next) || text.has("https:", at: next)
                    || text.has("www.", at: next)
                {
                    return true
                }
            default: break
            }
        }
        return false
    }

    private static func withoutWWW(_ host: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bare = host
        var shorter = host
        while shorter.drop("www."), shorter.contains(UInt8(ascii: ".")) {
            guard isStrippable(bare.span) else { break }
            bare = shorter
        }
        return bare
    }

    /// Whether a host that begins with `www.` is a company's without it.
    ///
    /// Of `www.com` and `www.gov.uk` nothing of their own would be left.
    private static func isStrippable(_ host: Span<UInt8>) -> Bool {
        var dots = 0
        for index in host.indices where host[index] == UInt8(ascii: ".") { dots += 1 }
        guard dots == 2 else { return dots > 2 }
        let end = host.count - 3
        guard host[end] == UInt8(ascii: ".") else { return true }
        return !secondLevels.contains { level in
            guard level.utf8.count == end - 4 else { return false }
            let level = level.utf8.span
            for index in level.indices where level[index] != host[index + 4] { return false }
            return true
        }
    }
}

/// What people and programs write where there is nothing to write.
enum Sentinel {
    private static let words: Set<ArraySlice<UInt8>> = Set(
        ["n/a", "na", "none", "null", "nil", "nan", "unknown", "tbd", "-", "?", "www"]
            .map { (word: String) in Array(word.utf8)[...] })

    /// Whether a text in lower case stands for nothing.
    static func contains(_ text: ArraySlice<UInt8>) -> Bool {
        text.count <= longest && words.contains(text)
    }

    private static let longest = words.map(\.count).max() ?? 0
}
