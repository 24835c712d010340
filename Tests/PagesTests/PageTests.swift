import Loopback
import Testing
import Web

@testable import Pages

/// Pages of real sockets, as text.
@Suite(.timeLimit(.minutes(15))) struct PageTests {
    static let client = WebClient(
        rules: AddressRules(allowed: [AddressRange("127.0.0.0/8")].compactMap(\.self)))

    static let html = #"""
        <!doctype html><html><head><title>How Globex grew</title><style>p { color: red }</style>
        <script>var evil = "<p>not text</p>";</script></head>
        <body><nav><a href="https://nav.example/">Products</a></nav>
        <header><h1>How  Globex
        grew</h1></header>
        <main><p>Ada&nbsp;Byron, <b>CTO</b> of <a href="https://www.globex.com/about?x=1#y">Globex</a>,
        said &ldquo;it works&rdquo; &amp; grew 3&times;.</p>
        <ul><li>one<li>two</ul><table><tr><td>a</td><td>b</td></tr></table>
        <blockquote>Fast.<footer>Grace Hopper</footer></blockquote>
        <div hidden>unseen <div>within</div></div><p style="Display : none">nor this</p>
        <a href="/more">more</a><a href="mailto:a@b.example">write</a>soft&shy;hyphen</main>
        <footer>Imprint</footer></body></html>
        """#

    private func page(
        _ manner: Receiver.Manner, _ limits: PageFetcher.Limits = PageFetcher.Limits()
    ) async throws -> Page {
        try await Receiver.with(manner) { receiver in
            try await PageFetcher(by: Self.client, limits: limits).page(
                at: WebAddress("http://127.0.0.1:\(receiver.port)/page"))
        }
    }

    private static let isHTML = "Content-Type: text/html; charset=utf-8"

    @Test func `blocks are lines, and what is no text is left out`() async throws {
        let page = try await page(.answering(200, headers: [Self.isHTML], body: Self.html))
        #expect(
            page.text == """
                How Globex grew
                How Globex grew
                Ada Byron, CTO of Globex, said “it works” & grew 3×.
                one
                two
                a b
                Fast.
                Grace Hopper
                morewritesofthyphen
                """)
        #expect(page.links == [Page.Link(words: "Globex", host: "www.globex.com")])
        #expect(!page.isCut)
    }

    @Test func `a page is text in whichever encoding it is`() {
        let latin: [UInt8] = Array("Caf".utf8) + [0xE9, 0x20, 0x96, 0x20, 0x80]
        for label in ["ISO-8859-1", "latin1", "windows-1252"] {
            #expect(Charset.text(of: latin, declared: label, isHTML: true) == "Café – €")
        }
        // Neither header nor page says it: the bytes are no UTF-8.
        #expect(Charset.text(of: latin, declared: nil, isHTML: true) == "Café – €")
        #expect(Charset.text(of: latin, declared: "x-nobody", isHTML: true) == "Café – €")
        let meta = Array(#"<META http-equiv=x content="text/html; charset=koi8-r">"#.utf8)
        #expect(Charset.text(of: meta + [0xC1], declared: nil, isHTML: true).hasSuffix("а"))
        #expect(Charset.text(of: meta + [0x61], declared: "utf-8", isHTML: true).hasSuffix("a"))
        let short = Array("<meta charset='shift_jis'>".utf8) + [0x83, 0x65, 0x83]
        #expect(Charset.text(of: short, declared: nil, isHTML: true).hasSuffix("テ\u{FFFD}"))
        #expect(
            Charset.text(of: [0xFF, 0xFE, 0x41, 0, 0xE9, 0], declared: "utf-8", isHTML: true)
                == "Aé")
        #expect(
            Charset.text(of: [0xEF, 0xBB, 0xBF, 0x41, 0xFF], declared: "latin1", isHTML: true)
                == "A\u{FFFD}")
    }

    @Test func `no page is too deep, too broken or too long`() async throws {
        let deep = String(repeating: "<div>", count: 50_000) + "end" + "<p>\u{0}\u{1}after</b></i>"
        #expect(HTMLReader.read(deep, into: PageText(limit: 100, links: 1)).text == "end\nafter")
        // What costs the square of its length is read for as long as it may, and no longer.
        let attributes = "<p>begun</p><a" + (0..<300_000).map { " a\($0)" }.joined() + ">never"
        let ends =
            "<p>begun</p>" + String(repeating: "<i>", count: 200_000)
            + String(repeating: "</b>", count: 200_000) + "never"
        for html in [attributes, ends] {
            let text = HTMLReader.read(html, into: PageText(limit: 100, links: 1), seconds: 0.1)
            #expect(text.text == "begun" && text.isCut)
        }
        var limits = PageFetcher.Limits()
        limits.text = 20
        let long = try await page(
            .answering(200, headers: [Self.isHTML], body: "<p>0123456789 éééé ééééé"), limits)
        #expect(long.text == "0123456789 éééé" && long.isCut)
        limits.bytes = 1_048_576
        let failure = await #expect(throws: PageFailure.self) {
            try await page(
                .answering(
                    200, headers: [Self.isHTML], body: String(repeating: "a", count: 1_048_577)),
                limits)
        }
        #expect(failure?.description == "is longer than 1 MB" && failure?.isPassing == false)
    }

    @Test func `redirects are followed a few times, and nowhere private`() async throws {
        try await Receiver.with { request in
            switch request.head.split(separator: " ")[1] {
            case "/page":
                .answering(200, headers: [Self.isHTML], body: "<p>here</p><a href='x'>x</a>")
            case "/once": .answering(302, headers: ["Location: /pa ge/../page"])
            case "/round": .answering(307, headers: ["Location: /round"])
            case "/file": .answering(301, headers: ["Location: file:///etc/passwd"])
            case "/user": .answering(301, headers: ["Location: http://a:b@127.0.0.1/"])
            case "/metadata":
                .answering(301, headers: ["Location: http://169.254.169.254/latest/meta-data"])
            case "/host": .answering(308, headers: ["Location: http://[::ffff:10.0.0.1]/"])
            default: .answering(404)
            }
        } _: { receiver in
            let fetcher = PageFetcher(by: Self.client)
            func page(_ path: String) async throws -> Page {
                try await fetcher.page(
                    at: WebAddress("http://127.0.0.1:\(receiver.port)\(path)"))
            }
            let found = try await page("/once")
            #expect(found.text == "here\nx" && found.address.text.hasSuffix("/page"))
            for (path, sentence) in [
                ("/round", "redirects more than 5 times"),
                (
                    "/file",
                    "redirects to what is no address: it must be an address that begins with https:// or http://"
                ),
                (
                    "/user",
                    "redirects to what is no address: it must not hold a user name or a password"
                ),
                (
                    "/metadata",
                    "was not fetched: the host is at a private or local address, which is not allowed"
                ),
                (
                    "/host",
                    "was not fetched: the host is at a private or local address, which is not allowed"
                ), ("/lost", "answered 404"),
            ] {
                let failure = await #expect(throws: PageFailure.self) { try await page(path) }
                #expect(failure?.description == sentence)
                #expect(failure?.isPassing == false)
            }
            #expect(receiver.requests.count == 2 + 6 + 5)
        }
    }

    @Test func `only text comes in, and in time`() async throws {
        for (manner, sentence, isPassing) in [
            (
                Receiver.Manner.answering(200, headers: ["Content-Type: application/pdf"]),
                "is neither HTML nor plain text, as its Content-Type says", false
            ), (.answering(200), "is neither HTML nor plain text, as its Content-Type says", false),
            (
                .answering(200, headers: [Self.isHTML, "Content-Encoding: gzip"]),
                "came compressed, which it was not asked to be", false
            ), (.answering(503), "answered 503", true),
        ] {
            let failure = await #expect(throws: PageFailure.self) { try await page(manner) }
            #expect(failure?.description == sentence && failure?.isPassing == isPassing)
        }
        var limits = PageFetcher.Limits()
        limits.time = .milliseconds(1_200)
        let late = await #expect(throws: PageFailure.self) { try await page(.hanging, limits) }
        #expect(late?.description == "did not come within 1 s" && late?.isPassing == true)
        let plain = try await page(
            .answering(200, headers: ["content-type: Text/Plain"], body: "one\n\n two  <b>\n"))
        #expect(plain.text == "one\ntwo <b>")
    }
}
