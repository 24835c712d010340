import Testing

@testable import Ingest

/// What of a model's answer stands on a page.
struct EvidenceTests {
    static let page: CaseStudyPage = {
        let filler = String(repeating: "A plain sentence of no meaning. ", count: 10)
        let text = """
            How Globex\u{A0}grew with Acme
            Ada  O’Byron, Chief Technologist of Globex GmbH, said: “It works.”
            Write to ada@globex-mail.example or see www.globex.com. Not initech.com.evil.net.
            Zoe\u{308} Müller-Lüdenscheid leads sales. \(filler)
            """
        let links = [
            CaseStudyPage.Link(words: "Globex", host: "shop.globex.co.uk"),
            CaseStudyPage.Link(words: "", host: "hooli.example"),
        ]
        guard let page = try? CaseStudyPage(text: text, links: links, isCut: false) else {
            preconditionFailure("the page of the tests holds too little text")
        }
        return page
    }()

    @Test(arguments: [
        ("Ada O'Byron", true), ("ADA  O’BYRON", true), ("Globex", true), ("globex grew", true),
        ("Zoë Müller–Lüdenscheid", true), ("zoe\u{308} MÜLLER-LÜDENSCHEID", true),
        ("\"It works.\"", true), ("Byro", false), ("lobex", false), ("Ada", true),
        ("Globex Inc.", false), ("Grace Hopper", false), ("", false), ("Zoe Müller", false),
    ])
    func `a name stands there as whole words, however it is written`(name: String, isThere: Bool) {
        #expect(Evidence(Self.page).holds(name) == isThere)
    }

    @Test(arguments: [
        ("globex.com", true), ("globex-mail.example", true), ("mail.example", false),
        ("shop.globex.co.uk", true), ("globex.co.uk", true), ("lobex.com", false),
        ("hooli.example", true), ("initech.com", false), ("evil.net", true),
        ("initech.com.evil.net", true), ("umbrella.com", false),
    ])
    func `a domain stands there whole, or as the host of a link`(domain: String, isThere: Bool) {
        #expect(Evidence(Self.page).holds(domain: domain) == isThere)
    }

    @Test func `what does not stand there is left out and counted`() throws {
        let answer = try JSONReader.value(
            of: Array(
                """
                {"article_title": "How Globex grew with Acme", "company_customer_name": "Globex",
                 "customer_company_domain": "https://www.Globex.com/", "confidence": "High",
                 "reasoning": "It is said so.", "champions": [
                    {"full_name": "Ada O'Byron", "job_title": "Chief Technologist", "company_name": "Globex GmbH"},
                    {"full_name": "Ada O'Byron", "job_title": "Queen", "company_name": "Hooli"},
                    {"full_name": "Elon Example", "job_title": "Chief Technologist", "company_name": "Globex"},
                    {"full_name": null, "job_title": "CFO", "company_name": null}]}
                """.utf8))
        let found = CaseStudyFindings(
            answer, to: .extraction, on: Self.page, origin: "acme.com")
        #expect(found.unsupported == 3)
        #expect(
            JSONValue.object(found.members).text
                == #"{"article_title":"How Globex grew with Acme","company_customer_name":"Globex","#
                + #""customer_company_domain":"globex.com","champions":["#
                + #"{"full_name":"Ada O'Byron","job_title":"Chief Technologist","company_name":"Globex GmbH"},"#
                + #"{"full_name":"Ada O'Byron","job_title":null,"company_name":null}],"#
                + #""confidence":"high","reasoning":"It is said so."}"#)
        for domain in ["globex.com", "umbrella.com", "Head of Sales"] {
            let answer = JSONValue.object([.init("customer_company_domain", .string(domain))])
            let found = CaseStudyFindings(
                answer, to: .buyers, on: Self.page, origin: "globex.com")
            #expect(found.unsupported == 1)
            #expect(
                JSONValue.object(found.members).text
                    == #"{"customer_company_name":null,"customer_company_domain":null,"people":[]}"#
            )
        }
    }
}
