/// Texts that look like what stands in a database, and like what breaks a parser, from a seed.
struct GeneratedText {
    private var random: Seeded

    init(seed: UInt64) { random = Seeded(state: seed) }

    /// As many texts as asked for.
    static func texts(_ count: Int, seed: UInt64) -> [String] {
        var generator = GeneratedText(seed: seed)
        return (0..<count).map { _ in generator.next() }
    }

    mutating func next() -> String {
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1: return run(of: fragments, upTo: 7)
        case 2, 3:
            return pick(edges) + pick(schemes) + domain() + pick(tails) + pick(edges)
        case 4, 5: return pick(edges) + pick(locals) + "@" + domain() + pick(edges)
        case 6:
            let length = pick([62, 63, 64, 65, 66, 67, 189, 190, 245, 251, 252, 253, 254, 255, 257])
            return pick(["", "https://", "a@", "http://www."]) + host(length) + pick(tails)
        case 7, 8: return run(of: words, upTo: 6)
        default: return domain()
        }
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: values.indices, using: &random)]
    }

    private mutating func run(of parts: [String], upTo count: Int) -> String {
        (0..<Int.random(in: 0...count, using: &random)).map { _ in pick(parts) }.joined()
    }

    private mutating func label(_ length: Int) -> String {
        String(decoding: (0..<length).map { _ in pick(Array("abcxyz059".utf8)) }, as: UTF8.self)
    }

    private mutating func domain() -> String {
        let prefix = pick(["", "", "www.", "www.www.", "WWW.", "www2.", "blog.", "-", "a-b."])
        let name = pick(names + [label(pick([1, 5, 62, 63, 64]))])
        return prefix + name + pick(endings)
    }

    private mutating func host(_ length: Int) -> String {
        var host = ""
        while host.utf8.count < length - 4 {
            let left = length - 4 - host.utf8.count
            host +=
                (host.isEmpty ? "" : ".") + label(min(left, pick([30, 61, 62, 63, 63, 63, 64])))
        }
        return host + ".com"
    }

    private let edges = ["", "", "", "", " ", "\t", "\n", "\u{a0}", "\u{200b}", "\u{feff}", "."]
    private let schemes = [
        "", "", "http://", "https://", "HTTPS://", "http:/", "http//", "//", "ftp://", "https:\\\\",
        "https://user:p@", "https://https://", "mailto:", "http",
    ]
    private let tails = [
        "", "", "", "/", ":80", ":443", ":80443", ":0", ":", ":8080/", "/path", "?q", "#f", "/#f",
        "/a b", "\\x", "/日本", "/ü\u{a0}", "?", "/?", "//", ":443/?q#", ",https://b.com",
    ]
    private let locals = [
        "a", "first.last", "First", "x+y", ".a", "a.", "a..b", "é", "a b", "", "o'neil", "a@b",
        "{}",
        String(repeating: "l", count: 63), String(repeating: "l", count: 64),
        String(repeating: "l", count: 65),
    ]
    private let names = [
        "acme", "example", "Acme-Inc", "x1", "1a", "b--c", "co", "gov", "com", "ac", "police",
        "a_b",
        "münchen", "xn--mnchen-3ya", "linkedin", "docs.google", "acme.github",
    ]
    private let endings = [
        ".com", ".com", ".com", ".io", ".co.uk", ".uk", ".x", ".c0m", ".xn--p1ai", ".xn--",
        ".xn--a-",
        ".1", ".COM", "..com", ".de", ".us", "",
    ]
    private let words = [
        "Acme", "inc", "Ü", "é", "日", "B", ".", "ſ", "\u{212a}", "😀", " ", " ", "  ", "\t", "\n",
        "\u{7}", "\u{85}", "\u{90}", "\u{a0}", "\u{200b}", "\u{2003}", "\u{3000}",
    ]
    private let fragments = [
        "http", "https", "ftp", ":", "//", "/", "\\", "www.", "www", "WWW.", "a", "acme", "b-c",
        "1",
        "-", "--", "_", ".", ".", "..", ".com", ".co.uk", ".gov.uk", ".x", "xn--", ".xn--p1ai", "@",
        "?", "#", "%", ":80", ":443", "user:pw@", " ", "  ", "\t", "\n", "\u{1}", "\u{1f}",
        "\u{7f}",
        "\u{80}", "\u{85}", "\u{9f}", "\u{a0}", "\u{1680}", "\u{180e}", "\u{2000}", "\u{200a}",
        "\u{200f}", "\u{2027}", "\u{2028}", "\u{202f}", "\u{205f}", "\u{2060}", "\u{2061}",
        "\u{2065}", "\u{2066}", "\u{2069}", "\u{3000}", "\u{feff}", "ü", "日本", "😀", ",", ";", "|",
        "n/a", "none", "www.com", "co.uk", "linkedin.com", "github.io", "127.0.0.1", "0x7f", "'",
        "\"", "<", ">", "mailto:", "+", "&", "=", "!", "~", "İ", "[::1]", "http://", "https://",
    ]
}

/// SplitMix64: the same numbers from the same seed, everywhere.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
