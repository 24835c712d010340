import Assay

/// What of a model's answer stands on the page.
struct CaseStudyFindings: Sendable {
    /// The members that are supported; null where there is none.
    private(set) var members: [JSONValue.Member] = []
    /// How many names, titles and domains did not stand on the page, and were left out.
    private(set) var unsupported = 0

    private static let reasonBytes = 2_000

    /// Holds an answer against its page.
    ///
    /// - Parameters:
    ///   - answer: Of the form that was asked for.
    ///   - question: What was asked.
    ///   - page: The page.
    ///   - origin: The publisher's domain, which is not its customer's.
    init(
        _ answer: JSONValue, to question: CaseStudyQuestion, on page: CaseStudyPage, origin: String
    ) {
        let evidence = Evidence(page)
        let item = Item(value: answer, path: "")
        let asks = Set(question.schema["properties"]?.keys ?? [])
        func supported(_ text: String?) -> JSONValue {
            guard let text else { return .null }
            if evidence.holds(text) { return .string(text) }
            unsupported += 1
            return .null
        }
        if asks.contains("article_title") {
            add("article_title", supported(item.text("article_title").text))
        }
        add(question.customer, supported(item.text(question.customer).text))
        let domain = item.text("customer_company_domain", as: .domain)
        if let text = domain.text, text != origin, evidence.holds(domain: text) {
            add("customer_company_domain", .string(text))
        } else {
            if domain.text != nil || domain.fault != nil { unsupported += 1 }
            add("customer_company_domain", .null)
        }
        var people: [JSONValue] = []
        for person in item.items(question.people) {
            let names = question.person
            let name = supported(person.text(names.name).text)
            if name.isNull { continue }
            people.append(
                .object(
                    [
                        .init(names.name, name),
                        .init(names.title, supported(person.text(names.title).text)),
                    ]
                        + (names.company.map {
                            [.init($0, supported(person.text($0).text))]
                        } ?? [])))
        }
        add(question.people, .array(people))
        if asks.contains("confidence") {
            let confidence = item.text("confidence", as: .lowercase)
            let isKnown = ["high", "medium", "low"].contains(confidence.text ?? "")
            add("confidence", isKnown ? confidence.value ?? .null : .null)
        }
        if asks.contains("reasoning") {
            let text = item.text("reasoning").text
            add(
                "reasoning",
                text.map { .string(String($0.prefix(Self.reasonBytes))) } ?? .null)
        }
    }

    private mutating func add(_ key: String, _ value: JSONValue) {
        members.append(.init(key, value))
    }
}
