import Assay
import Testing

struct DomainNameTests {
    @Test(arguments: vectors)
    func `a domain is what is left of an address`(_ vector: (text: String, form: Normalization)) {
        #expect(Normalizer.domain.normalize(vector.text) == vector.form)
    }

    @Test func `a label has 63 bytes at most, and a domain 253`() {
        let label = String(repeating: "a", count: 63)
        let longest = "\(label).\(label).\(label).\(String(repeating: "b", count: 57)).com"
        #expect(longest.utf8.count == 253)
        #expect(Normalizer.domain.isNormalized(longest))
        #expect(Normalizer.domain.normalize("www.\(longest)") == .normal(longest))
        #expect(Normalizer.domain.normalize("b\(longest)") == .none(reason: "label_too_long"))
        #expect(Normalizer.domain.normalize("b.\(longest)") == .none(reason: "too_long"))
    }

    private static let vectors: [(text: String, form: Normalization)] = [
        ("https://www.Example.com/", .normal("example.com")),
        ("http://example.com", .normal("example.com")),
        ("example.com", .normal("example.com")),
        ("//example.com/x", .normal("example.com")),
        ("HTTPS://WWW.EXAMPLE.COM", .normal("example.com")),
        ("example.com/", .normal("example.com")),
        ("example.com/about?x=1#y", .normal("example.com")),
        ("https://user:pw@example.com/", .normal("example.com")),
        ("example.com:8080", .normal("example.com")),
        ("https://example.com:443/", .normal("example.com")),
        ("example.com?utm=1", .normal("example.com")),
        ("example.com.", .normal("example.com")),
        ("https://example.com./", .normal("example.com")),
        ("  example.com \t", .normal("example.com")),
        ("\u{a0}example.com\u{a0}", .normal("example.com")),
        ("\u{200b}example.com\u{feff}", .normal("example.com")),
        ("exam\u{200b}ple.com", .none(reason: "idn")),
        ("www2.example.com", .normal("www2.example.com")),
        ("www.com", .normal("www.com")),
        ("www", .none(reason: "sentinel")),
        ("www.gov.uk", .normal("www.gov.uk")),
        ("www.www.example.com", .normal("example.com")),
        ("www.co.uk", .normal("www.co.uk")),
        ("ww.example.com", .normal("ww.example.com")),
        ("münchen.de", .none(reason: "idn")),
        ("https://www.MÜNCHEN.de/", .none(reason: "idn")),
        ("xn--mnchen-3ya.de", .normal("xn--mnchen-3ya.de")),
        ("faß.de", .none(reason: "idn")),
        ("ｅｘａｍｐｌｅ．ｃｏｍ", .none(reason: "idn")),
        ("example。com", .none(reason: "idn")),
        ("192.168.0.1", .none(reason: "ip_or_numeric_tld")),
        ("http://10.0.0.1:80/x", .none(reason: "ip_or_numeric_tld")),
        ("0x7f.1", .none(reason: "ip_or_numeric_tld")),
        ("http://[::1]/", .none(reason: "ipv6")),
        ("localhost", .none(reason: "no_dot")),
        ("bob@example.com", .none(reason: "email")),
        ("mailto:bob@example.com", .none(reason: "email")),
        ("a.com, b.com", .none(reason: "space_inside")),
        ("a.com b.com", .none(reason: "space_inside")),
        ("https://a.com/, http://b.com/", .none(reason: "space_inside")),
        ("a.com\nb.com", .none(reason: "space_inside")),
        ("n/a", .none(reason: "sentinel")),
        ("none", .none(reason: "sentinel")),
        ("-", .none(reason: "sentinel")),
        ("https://www.linkedin.com/company/acme", .normal("linkedin.com")),
        ("blog.example.co.uk", .normal("blog.example.co.uk")),
        ("my_shop.example.com", .none(reason: "underscore")),
        ("-bad.example.com", .none(reason: "hyphen_edge")),
        ("exa mple.com", .none(reason: "space_inside")),
        ("example%2Ecom", .none(reason: "no_dot")),
        ("https:\\example.com\\x", .normal("example.com")),
        ("http:/example.com", .normal("example.com")),
        ("http//example.com", .normal("example.com")),
        ("https://https://example.com", .normal("example.com")),
        ("htp://example.com", .none(reason: "no_dot")),
        ("javascript:alert(1)", .none(reason: "no_dot")),
        ("example", .none(reason: "no_dot")),
        ("example..com", .none(reason: "empty_label")),
        (".example.com", .none(reason: "empty_label")),
        ("example.c", .none(reason: "bad_tld")),
        (
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.com",
            .none(reason: "label_too_long")
        ),
        ("https://example.com:99999/", .normal("example.com")),
        ("EXAMPLE.COM:", .normal("example.com")),
        ("https://example.com/path with space", .none(reason: "space_inside")),
        ("ftp://example.com", .normal("example.com")),
        ("*.example.com", .none(reason: "bad_char")),
        ("\"example.com\"", .none(reason: "bad_char")),
        ("<https://example.com>", .none(reason: "no_dot")),
        ("https%3A%2F%2Fexample.com", .none(reason: "bad_char")),
        ("https://t.co/日本", .normal("t.co")),
    ]
}
