extension CaseStudyReader {
    /// What a reader says of itself, for the log and the counts: none of it holds a word of a page.
    public struct Event: Sendable {
        /// What came of it: `read`, `read_before`, or the kind of its fault.
        public let outcome: String
        /// The whole sentence.
        public let sentence: String
        /// The number under which it is kept, where it is.
        public let id: String?
        /// Dollars.
        public let cost: Double
        /// Tokens of what was asked, and of the answer.
        public let tokens: (input: Int, output: Int)
        /// Whether somebody has to do something about it.
        public let isTrouble: Bool
    }
}

extension ReadingFault {
    init(_ fault: CaseStudyPage.Fault) {
        self.init(
            fault.isPassing ? .pageAway : .page, "the page \(fault.sentence)",
            retryAfter: fault.isPassing ? 60 : nil)
    }

    init(_ fault: ModelAnswer.Fault) {
        self.init(
            fault.isRefusal ? .declined : .unusable,
            fault.sentence
                + "; the answer is kept, and paid for once more only with \"read_again\": true"
        )
    }

    /// Whether nothing of it is kept, so that it has not been told yet.
    var isOfTheMoment: Bool {
        switch kind {
        case .page, .pageAway, .busy, .underWay, .overLimit: true
        case .declined, .unusable, .refused, .away: false
        }
    }
}

extension CaseStudyReader.Event {
    init(
        _ fault: ReadingFault, _ sentence: String? = nil, id: String? = nil, cost: String? = nil,
        _ usage: ModelAnswer.Usage? = nil
    ) {
        outcome = fault.kind.rawValue
        self.sentence = "a case study was not read: \(sentence ?? fault.sentence)"
        self.id = id
        self.cost = cost.flatMap { Double($0) } ?? 0
        tokens = (usage?.input ?? 0, usage?.output ?? 0)
        isTrouble = fault.kind == .refused
    }

    init(_ reading: CaseStudyReading, _ usage: ModelAnswer.Usage?, _ cost: String) {
        outcome = reading.isRepeated ? "read_before" : "read"
        let what = reading.isRepeated ? "was read before" : "was read"
        sentence =
            "a case study \(what); \(reading.unsupported) of what the model named did not stand on it"
        id = reading.id
        self.cost = Double(cost) ?? 0
        tokens = (usage?.input ?? 0, usage?.output ?? 0)
        isTrouble = false
    }
}
