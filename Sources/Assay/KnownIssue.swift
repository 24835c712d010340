/// A finding that is accepted for a while: why, and until when.
public struct KnownIssue: Sendable, Hashable {
    /// Where it is written down: `DQ-118`.
    public let ticket: String
    /// The last day on which it is accepted, in UTC: `2027-03-31`.
    public let until: String

    /// Accepts a finding until a day.
    public init(_ ticket: String, until: String) {
        self.ticket = ticket
        self.until = until
    }

    /// What becomes of a check whose finding is accepted.
    ///
    /// - Parameters:
    ///   - outcome: What became of it otherwise.
    ///   - day: The day of the snapshot, in UTC; `nil` is before every date.
    /// - Returns: What becomes of it, and what is wrong with the known issue, if anything is.
    func judge(_ outcome: Outcome, on day: String?) -> (outcome: Outcome, fault: String?) {
        switch outcome {
        case .failed, .warned:
            guard let day, day > until else { return (.known, nil) }
            let fault = "\(ticket) was accepted until \(until): mend it or agree on a new date"
            return (.failed, fault)
        case .passed:
            return (.failed, "\(ticket) no longer happens: take .knownIssue out of the check")
        case .notApplicable, .errored, .known:
            return (outcome, nil)
        }
    }

    /// What is wrong with the declaration, as the end of a sentence that begins with the check.
    public var fault: String? {
        if ticket.allSatisfy(\.isWhitespace) { return "has a known issue without a ticket" }
        guard !KnownIssue.isDay(until) else { return nil }
        return "has a known issue until \"\(until)\", which is no day: write 2027-03-31"
    }

    /// Whether a text is a day of the calendar, as `2027-03-31`.
    private static func isDay(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2],
            text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 45 }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...12).contains(month) && (1...days[month - 1]).contains(day)
    }
}

extension Check {
    /// Accepts the finding until a day, under a ticket; a check that keeps its promise, or the day after,
    /// fails.
    public func knownIssue(_ ticket: String, until day: String) -> Self {
        var copy = self
        copy.options.knownIssue = KnownIssue(ticket, until: day)
        return copy
    }

    /// Not available: what is accepted for ever is a tolerance.
    @available(*, unavailable, message: "say until when: .knownIssue(…, until: \"2027-03-31\")")
    public func knownIssue(_ ticket: String) -> Self { self }
}
