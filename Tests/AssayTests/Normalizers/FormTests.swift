import Assay
import Testing

struct FormTests {
    @Test(arguments: examples)
    func `each form has its rules`(
        _ example: (normalizer: Normalizer, text: String, form: Normalization)
    ) {
        #expect(example.normalizer.normalize(example.text) == example.form)
    }

    @Test(arguments: Normalizer.all)
    func `nothing is left of blank text`(_ normalizer: Normalizer) {
        for text in ["", " ", "\t\u{a0}\u{200b}\n"] {
            #expect(normalizer.normalize(text) == .none(reason: "blank"))
            #expect(!normalizer.isNormalized(text))
        }
    }

    @Test func `names are compared without regard to case and to the space between words`() {
        #expect(Normalizer.name.key(" ACME  Inc.") == Normalizer.name.key("Acme\tinc. "))
        #expect(Normalizer.name.key("Ac\u{7}me") == nil)
    }

    @Test func `constants hold no backslash that a server's settings could turn`() {
        for normalizer in Normalizer.all {
            let text = normalizer.normalized("v").rendered(quoting: { (name: String) in name }).text
            let plain = text.split(separator: "'", omittingEmptySubsequences: false)
            for (before, constant) in zip(plain, plain.dropFirst()) where constant.contains("\\") {
                #expect(before.hasSuffix("E"), "\(constant)")
            }
        }
    }

    private static let examples: [(normalizer: Normalizer, text: String, form: Normalization)] = [
        (.url, "HTTPS://User@WWW.Example.com:443/", .normal("https://www.example.com")),
        (.url, "http://example.com:8080/A/?b=1#c", .normal("http://example.com:8080/A/?b=1")),
        (.url, "https://example.com/about/", .normal("https://example.com/about/")),
        (.url, "https://example.com?utm_source=a", .normal("https://example.com?utm_source=a")),
        (.url, "http://example.com:443", .normal("http://example.com:443")),
        (.url, "example.com/about", .none(reason: "no_scheme")),
        (.url, "ftp://example.com", .none(reason: "bad_scheme")),
        (.url, "https://example.com/a b", .none(reason: "space_inside")),
        (.url, "https://example.com:080", .none(reason: "bad_port")),
        (.url, "https://example.com\\@acme.com", .none(reason: "bad_char")),
        (.url, "https://münchen.de", .none(reason: "idn")),
        (.url, "https://[::1]/", .none(reason: "ipv6")),
        (.url, "https://127.0.0.1/", .none(reason: "ip_or_numeric_tld")),
        (.email, " Info@Example.com\n", .normal("info@example.com")),
        (.email, "a.b+c@www.example.com", .normal("a.b+c@www.example.com")),
        (.email, "mailto:info@example.com", .none(reason: "mailto")),
        (.email, "Info <info@example.com>", .none(reason: "display_name")),
        (.email, "info@example.com, b@example.com", .none(reason: "space_inside")),
        (.email, "info@example.com,b@example.com", .none(reason: "multiple")),
        (.email, "example.com", .none(reason: "no_at")),
        (.email, "@example.com", .none(reason: "local_empty")),
        (.email, "a..b@example.com", .none(reason: "dot_edge")),
        (.email, "info@localhost", .none(reason: "no_dot")),
        (.email, "n/a", .none(reason: "sentinel")),
        (.lowercase, "Clay Gent ÜÉ", .normal("clay gent ÜÉ")),
        (.trimmed, "\u{feff} acme\u{a0}inc\t", .normal("acme\u{a0}inc")),
        (.name, " Acme\t\u{2003}Inc.\n", .normal("Acme Inc.")),
        (.name, "Acme\u{7}", .normal("Acme")),
        (.name, "Ac\u{7}me", .none(reason: "control_character")),
    ]
}
