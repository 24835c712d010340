import Assay
import AssayTesting
import Ingest

/// What the customers-of workflow should make of payloads, said in the plainest way: no SQL, no parser.
struct ReferenceModel {
    /// What a generated payload says of one text.
    enum Said: Hashable {
        /// The key is not there.
        case absent
        /// It is null.
        case null
        /// It is white space.
        case blank
        /// It is this, white space around it or not.
        case text(String)

        var value: String? {
            guard case .text(let text) = self else { return nil }
            return text
        }
    }

    /// One customer of a generated payload.
    struct Customer: Hashable {
        let name: Said
        let url: Said
        let hasCaseStudy: Bool?
    }

    /// A generated payload.
    struct Payload: Hashable {
        let domain: String
        let name: Said
        let batch: Said
        let confidence: Said
        let customers: [Customer]
    }

    /// A row of core.company_customers.
    struct Row: Hashable {
        var originName: String
        var url: String?
        var hasCaseStudy: Bool?
    }

    /// A row of raw.staging_case_study_urls.
    struct Staged: Hashable {
        var originName: String
        var domain: String
        var customer: String
        var batch: String?
    }

    /// The companies that core knows.
    let companies: [String: String]
    private(set) var rows: [Key: Row] = [:]
    private(set) var staged: [Key: Staged] = [:]
    /// The names that were stored, the latest last, by domain.
    private var names: [String: String] = [:]
    private(set) var extracted = 0

    /// A key that is compared byte by byte.
    struct Key: Hashable {
        let bytes: [UInt8]

        init(_ parts: String...) {
            bytes = Array(parts.joined(separator: "\u{1}").utf8)
        }
    }

    init(companies: [String: String]) {
        self.companies = companies
    }

    mutating func take(_ payload: Payload) {
        guard let name = payload.name.value ?? companies[payload.domain] ?? names[payload.domain]
        else { return }
        var seen: Set<Key> = []
        for customer in payload.customers {
            guard let customerName = customer.name.value,
                (1...200).contains(customerName.unicodeScalars.count)
            else { continue }
            let said = customer.url.value
            let url = said.flatMap { Self.isAddress($0) ? $0 : nil }
            let hasCaseStudy =
                customer.hasCaseStudy == true && url == nil
                ? nil : customer.hasCaseStudy
            if seen.insert(Key(customerName)).inserted { extracted += 1 }

            let key = Key(payload.domain, customerName)
            var row = rows[key] ?? Row(originName: name)
            row.originName = name
            if let url { row.url = url }
            if let hasCaseStudy, row.hasCaseStudy != true { row.hasCaseStudy = hasCaseStudy }
            rows[key] = row
            names[payload.domain] = name

            if let url {
                var stage =
                    staged[Key(url)]
                    ?? Staged(originName: name, domain: payload.domain, customer: customerName)
                stage.originName = name
                stage.domain = payload.domain
                stage.customer = customerName
                if let batch = payload.batch.value, (1...60).contains(batch.unicodeScalars.count) {
                    stage.batch = batch
                }
                staged[Key(url)] = stage
            }
        }
    }

    /// `http://` or `https://`, something, a slash, something.
    private static func isAddress(_ text: String) -> Bool {
        for scheme in ["https://", "http://"] where text.hasPrefix(scheme) {
            let rest = text.dropFirst(scheme.count)
            guard let slash = rest.dropFirst().firstIndex(of: "/") else { continue }
            if rest.index(after: slash) < rest.endIndex { return true }
        }
        return false
    }
}

/// Payloads as they come: ragged, spelled in every way that JSON allows, and worse.
struct PayloadGenerator {
    var random: SeededGenerator

    static let domains = ["acme.com", "globex.io", "initech.co.uk", "hooli.xyz"]
    /// What core knows before the first payload.
    static let companies = ["acme.com": "Acme", "globex.io": "Globex \u{1F680}"]
    /// What is said of the others, wherever it is said: which of several names is latest is not at issue.
    private static let names = ["initech.co.uk": "Initech", "hooli.xyz": "הולי"]

    private static let customers = [
        "Umbrella", "umbrella", "Umbrella\u{301}", "Wayne \"Enterprises\"", "שלום בע״מ", "😀 Corp",
        "e\u{301}clair", "éclair", "back\\slash", "tab\tinside", "a\u{FFFD}b", "x",
    ]

    /// A payload, and how it is written down; where asked for, one that names a company and a customer of it.
    mutating func payload(naming named: String? = nil) -> (ReferenceModel.Payload, String) {
        let domain = named ?? pick(Self.domains)
        let name: ReferenceModel.Said =
            named == nil && roll(3) == 0
            ? nothing()
            : .text(
                Self.names[domain]
                    ?? pick([Self.companies[domain] ?? "", "Another name", "Ünïcode"]))
        let count = roll(12) == 0 ? 40 : roll(5)
        let first = ReferenceModel.Customer(
            name: .text("First"), url: .absent, hasCaseStudy: nil)
        let customers =
            (named == nil ? [] : [first]) + (0..<count).map { _ in customer(of: domain) }
        let payload = ReferenceModel.Payload(
            domain: domain, name: name,
            batch: roll(2) == 0 ? nothing() : .text(pick(["b-1", "b-2", long(61)])),
            confidence: roll(2) == 0 ? nothing() : .text(pick(["high", "medium", "very high"])),
            customers: customers)
        return (payload, write(payload))
    }

    private mutating func customer(of domain: String) -> ReferenceModel.Customer {
        let name: ReferenceModel.Said =
            roll(6) == 0 ? nothing() : .text(roll(15) == 0 ? long(201) : pick(Self.customers))
        let url: ReferenceModel.Said =
            switch roll(4) {
            case 0: nothing()
            case 1: .text(pick(["not a url", "https://nopath", "ftp://a/b", "https://a.b/"]))
            default: .text("https://\(domain)/c/\(roll(6))?q=\(pick(["é", "x", "😀"]))")
            }
        return .init(
            name: name, url: url, hasCaseStudy: pick([nil, true, false]))
    }

    // MARK: Written down

    private mutating func write(_ payload: ReferenceModel.Payload) -> String {
        let spelled = pick([
            payload.domain, "https://www.\(payload.domain)/", " \(payload.domain.uppercased()) ",
            "http://\(payload.domain):80/about?x=1#y",
        ])
        var members = ["\"origin_company_domain\":\(text(spelled))"]
        let key = pick(["origin_company_name", "company_name"])
        members += member(key, payload.name)
        members += member("batch_id", payload.batch)
        members += member("confidence", payload.confidence)
        // What nobody asked for is kept, and looked at no further.
        if roll(3) == 0 {
            members.append(#""extra":{"nested":[1e-300,12345678901234567890.5,{"k\u0000":null}]}"#)
        }
        if roll(3) == 0 { members.append(#""reasoning":"\ud800 alone \u0000""#) }
        if !payload.customers.isEmpty || roll(2) == 0 {
            var list: [String] = []
            for customer in payload.customers {
                if roll(10) == 0 { list.append("null") }
                var parts = member("companyName", customer.name) + member("url", customer.url)
                if let truth = customer.hasCaseStudy {
                    parts.append("\"hasCaseStudy\":\(truth)")
                } else if roll(2) == 0 {
                    parts.append("\"hasCaseStudy\":\(pick(["null", "\"\""]))")
                }
                // A name under another key, or nested, says nothing.
                if customer.name.value == nil, roll(2) == 0 {
                    parts.append(pick([#""company_name":"Lost""#, #""company":{"name":"Lost"}"#]))
                }
                list.append("{\(parts.shuffled(using: &random).joined(separator: space()))}")
            }
            members.append("\"customers\":[\(list.joined(separator: ", "))]")
        }
        let body = members.shuffled(using: &random).joined(separator: "\(space()) ")
        return "{\(body)}"
    }

    /// A comma with the white space that JSON allows around it.
    private mutating func space() -> String { pick([",", " ,\n", ",\t"]) }

    private mutating func member(_ key: String, _ said: ReferenceModel.Said) -> [String] {
        switch said {
        case .absent: []
        case .null: ["\"\(key)\":null"]
        case .blank: ["\"\(key)\":\(pick(["\"\"", "\" \\t\"", "\"\\u00a0\""]))"]
        case .text(let text): ["\"\(key)\" : \(self.text(pick(["", " ", "\u{a0}"]) + text))"]
        }
    }

    /// A text with some of its characters escaped, in one of the ways there are.
    private mutating func text(_ text: String) -> String {
        var body = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": body += "\\\""
            case "\\": body += "\\\\"
            case "\t": body += "\\t"
            // What stands for a lost character may have been any that no text holds.
            case "\u{FFFD}": body += pick(["\\u0000", "\\ud83d", "\\ufffd", "\u{FFFD}"])
            default:
                if roll(8) == 0 {
                    for unit in String(scalar).utf16 {
                        let digits = String(unit, radix: 16, uppercase: roll(2) == 0)
                        body += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                    }
                } else {
                    body.unicodeScalars.append(scalar)
                }
            }
        }
        return "\"\(body)\""
    }

    // MARK: Dice

    private mutating func nothing() -> ReferenceModel.Said { pick([.absent, .null, .blank]) }

    private func long(_ count: Int) -> String { String(repeating: "y", count: count) }

    private mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &random) }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[roll(elements.count)]
    }
}
