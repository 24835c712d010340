/// What was read in a case study.
public struct CaseStudyReading: Sendable {
    /// The number under which the answer is kept.
    public let id: String
    /// Whether the page was read before, so that nothing was paid for it now.
    public let isRepeated: Bool
    /// Dollars; 0 where it was read before, the most that it could be where the model did not say.
    public let cost: String
    /// Tokens that were paid for now.
    let usage: ModelAnswer.Usage?
    /// Whether the page's text was longer than what was read of it.
    let isCut: Bool
    let findings: CaseStudyFindings

    /// How many names, titles and domains did not stand on the page.
    public var unsupported: Int { findings.unsupported }

    /// The request with what was found: what the workflow takes in.
    ///
    /// What the client says of the customer's name stays; what the page says of its domain goes before.
    public func payload(for request: CaseStudyRequest) -> JSONValue {
        let item = Item(value: request.payload, path: "")
        let found = findings.members.map { member -> JSONValue.Member in
            let own = item.text(member.key)
            let isNamed =
                member.key.hasSuffix("customer_name") || member.key.hasSuffix("company_name")
            guard let value = own.value, member.value.isNull || isNamed else { return member }
            return .init(member.key, value)
        }
        let paid = usage.map { [$0.input, $0.output] } ?? []
        let about: [JSONValue.Member] =
            found + [
                .init("unsupported", .integer(unsupported)), .init("reading_id", .string(id)),
                .init("read_before", .bool(isRepeated)), .init("page_cut", .bool(isCut)),
                .init("cost_usd", .number(cost)),
                .init("input_tokens", paid.first.map { .integer($0) } ?? .null),
                .init("output_tokens", paid.last.map { .integer($0) } ?? .null),
            ]
        var members: [JSONValue.Member] = []
        if case .object(let own) = request.payload {
            members = own.filter { member in
                member.key != "read_again" && !about.contains { $0.key == member.key }
            }
        }
        return .object(members + about)
    }
}

/// Why a case study was not read.
public struct ReadingFault: Error, Sendable, Hashable {
    /// Its sort.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The page cannot be read.
        case page = "page"
        /// The page cannot be read at this moment.
        case pageAway = "page_away"
        /// The model would not read the page, or not answer.
        case declined = "declined"
        /// Nothing can be made of the model's answer.
        case unusable = "unusable"
        /// The model's server refuses the service.
        case refused = "refused"
        /// The model's server does not answer at this moment.
        case away = "away"
        /// As many pages are being read as may be.
        case busy = "busy"
        /// The same page is being read.
        case underWay = "under_way"
        /// The day's money is spent.
        case overLimit = "over_limit"
    }

    /// Its sort.
    public let kind: Kind
    /// What happened and what to do, without a word of the page's.
    public let sentence: String
    /// After how many seconds it is worth asking again.
    public let retryAfter: Int?

    init(_ kind: Kind, _ sentence: String, retryAfter: Int? = nil) {
        self.kind = kind
        self.sentence = sentence
        self.retryAfter = retryAfter
    }
}
