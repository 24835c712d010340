import Auditor
import Glibc
@testable import Ingest
import Loopback
import Server

/// A language model and the site of a publisher's, on this machine.
struct Model: Sendable {
    static let key = "AIzaSyD-no-key-of-anybodys-0123456789"

    /// What the page of a case study is in the tests.
    static let page = """
        <html><head><title>How Globex grew</title></head><body><nav>Products</nav>
        <h1>How Globex grew</h1><p>Ada Byron, Chief Technologist of <a href="https://www.globex.com/">Globex</a>,
        bought Acme's product in spring. "It works", says Grace Hopper, who runs it there.</p>
        <p>\(String(repeating: "Globex is glad of it. ", count: 15))</p></body></html>
        """

    /// An answer of the buyers' form, of which a name and a title do not stand on the page.
    static let buyers = """
        {"customer_company_name": "Globex", "customer_company_domain": "globex.com", "people": [
            {"fullName": "Ada Byron", "jobTitle": "Chief Technologist"},
            {"fullName": "Grace Hopper", "jobTitle": "Admiral"},
            {"fullName": "Elon Example", "jobTitle": null}]}
        """

    static let extraction = """
        {"article_title": "How Globex grew", "company_customer_name": "Globex",
         "customer_company_domain": "globex.example", "champions": [
            {"full_name": "Ada Byron", "job_title": "Chief Technologist", "company_name": "Globex"},
            {"full_name": "Elon Example", "job_title": "CEO", "company_name": "Globex"}],
         "confidence": "high", "reasoning": "It is said so."}
        """

    /// What a model's server answers with these words.
    static func answer(_ words: String, finish: String = "STOP") -> Receiver.Manner {
        .answering(
            200, headers: ["Content-Type: application/json"],
            body:
                #"{"candidates":[{"content":{"parts":[{"text":\#(JSONValue.string(words).text)}],"#
                + #""role":"model"},"finishReason":"\#(finish)","index":0}],"usageMetadata":{"#
                + #""promptTokenCount":1000,"candidatesTokenCount":90,"thoughtsTokenCount":10,"#
                + #""totalTokenCount":1100},"modelVersion":"test"}"#)
    }

    static func page(
        _ html: String = Model.page, type: String = "text/html; charset=utf-8"
    ) -> Receiver.Manner {
        .answering(200, headers: ["Content-Type: \(type)"], body: html)
    }

    /// Runs a service beside a site, which answers requests for pages, and a model, while `body` does.
    static func with<Value: Sendable>(
        site: @escaping @Sendable (Receiver.Request) -> Receiver.Manner = { _ in page() },
        model: @escaping @Sendable (Receiver.Request) -> Receiver.Manner,
        _ change: (inout IngestServer.Options) throws -> Void = { _ in },
        _ body: (RunningServer, Receiver) async throws -> Value
    ) async throws -> Value {
        try await Receiver.with {
            $0.head.hasPrefix("POST ") ? model($0) : site($0)
        } _: { receiver in
            try await RunningServer.with { options in
                options.reading = try reading("http://127.0.0.1:\(receiver.port)")
                try change(&options)
            } _: { server in
                try await body(server, receiver)
            }
        }
    }

    /// Options whose prices make a reading of 1,000 and 100 tokens cost 0.002 dollars.
    static func reading(_ server: String) throws -> ReadingOptions {
        let variables = [
            "ASSAY_MODEL_KEY": key, "ASSAY_MODEL": "gemini-test", "ASSAY_MODEL_URL": server,
            "ASSAY_MODEL_INPUT_USD": "1", "ASSAY_MODEL_OUTPUT_USD": "10",
            "ASSAY_MODEL_DAILY_USD": "5",
        ]
        guard var options = try ReadingOptions.read({ variables[$0] }, file: { _ in "" }) else {
            throw Refusal("there is no key")
        }
        options.reader.pause = 0.01
        return options
    }
}

extension Receiver {
    /// The requests that came to the model.
    var questions: [Request] { requests.filter { $0.head.hasPrefix("POST ") } }
}

extension RunningServer {
    static let extract = "/run/companies/gemini/case-study-buyer/extract"
    static let extraction = "/run/companies/gemini/case-study-extraction/ingest"

    /// Has a page of the receiver's read.
    func read(
        _ receiver: Receiver, by path: String = RunningServer.extract, page: String = "/globex",
        more: String = "", headers: [(name: String, value: String)] = []
    ) async throws -> Answered {
        try await post(
            path,
            #"{"origin_company_domain": "acme.com", "origin_company_name": "Acme", "#
                + #""case_study_url": "http://127.0.0.1:\#(receiver.port)\#(page)"\#(more)}"#,
            headers: headers)
    }

    /// Whether the model's key stands in no line of the log and in none of these answers.
    func keepsTheKey(_ answers: Answered...) -> Bool {
        let told = log.all + answers.map { $0.text + $0.headers.description }
        return !told.contains { $0.contains(Model.key) }
    }
}
