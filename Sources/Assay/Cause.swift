/// Why rows break a promise, as far as their payloads tell.
public struct Cause: Sendable, Hashable {
    /// The classes; every violating row is in exactly one.
    public enum Class: String, Sendable, Hashable, CaseIterable {
        /// A payload that came before had a value, the latest has none; or the row was written to since.
        case overwritten
        /// The value stands in the payload at its place, and the column has none.
        case lost
        /// The payload holds the value under another key of the same object.
        case otherKey = "other-key"
        /// The payload holds the value in another object.
        case nested
        /// The payload has no such key.
        case absent
        /// The payload says null.
        case null
        /// The payload holds a text of white space, or an empty list or object.
        case blank
        /// The payload holds the bad value already.
        case cameSo = "came-so"
        /// The payload holds another value, and a fine one.
        case changed
        /// The column holds a value, the payload holds none.
        case notInPayload = "not-in-payload"
        /// No payload is found for the row.
        case noPayload = "no-payload"
    }

    /// The class.
    public let name: Class
    /// How many violating rows are in it.
    public let count: Int
    /// When the first payload arrived that left a row so, or the row came where it has none:
    /// `2026-11-23T04:15:00Z`.
    public let since: String?
    /// When the last did.
    public let until: String?
    /// How many of the rows had been sent on already; `nil` where nothing tells.
    public let sent: Int?
    /// What was found instead: other keys, ways, or what the latest payload holds.
    public let details: Breakdown
    /// The workflows that sent the payloads.
    public let workflows: Breakdown
    /// The batches that the rows came in.
    public let batches: Breakdown
    /// The first rows.
    public let samples: [Sample]

    /// Creates a cause.
    public init(
        _ name: Class, count: Int, since: String?, until: String?, sent: Int?,
        details: Breakdown = Breakdown(), workflows: Breakdown = Breakdown(),
        batches: Breakdown = Breakdown(), samples: [Sample] = []
    ) {
        self.name = name
        self.count = count
        self.since = since
        self.until = until
        self.sent = sent
        self.details = details
        self.workflows = workflows
        self.batches = batches
        self.samples = samples
    }
}

/// Rows by a value: the most frequent ones, and how many other values there are.
public struct Breakdown: Sendable, Hashable {
    /// The values with their rows, the most frequent first.
    public let parts: [Measure.Part]
    /// How many values are not among the parts.
    public let more: Int

    /// Creates a breakdown.
    public init(_ parts: [Measure.Part] = [], more: Int = 0) {
        self.parts = parts
        self.more = more
    }
}

/// The causes of a check's violations.
public struct CauseReport: Sendable {
    /// The check's identity.
    public let check: String
    /// The broken promise in one line.
    public let headline: String
    /// The table.
    public let table: TableName
    /// The column whose values were traced.
    public let column: String
    /// Where the promise was made.
    public let source: SourceLocation
    /// Where the values should stand: `origin_company_name in raw.answers.payload`.
    public let places: [String]
    /// How many rows break the promise.
    public let violations: Int
    /// The causes, the most frequent first.
    public let causes: [Cause]
    /// Whether a fix can be generated from what the check declares.
    public let isRepairable: Bool

    /// Creates a report.
    public init(
        check: String, headline: String, table: TableName, column: String, source: SourceLocation,
        places: [String], violations: Int, causes: [Cause], isRepairable: Bool
    ) {
        self.check = check
        self.headline = headline
        self.table = table
        self.column = column
        self.source = source
        self.places = places
        self.violations = violations
        self.causes = causes
        self.isRepairable = isRepairable
    }

    /// The command that plans a repair, where one can be generated.
    public var repair: String? { isRepairable ? "assay fix plan \(check)" : nil }
}

extension Cause.Class {
    /// The class in words.
    public var words: String {
        switch self {
        case .overwritten: "overwritten later"
        case .lost: "lost on the way"
        case .otherKey: "under another key"
        case .nested: "nested elsewhere"
        case .absent: "absent in the payload"
        case .null: "null in the payload"
        case .blank: "blank in the payload"
        case .cameSo: "bad in the payload already"
        case .changed: "changed on the way"
        case .notInPayload: "not in the payload at all"
        case .noPayload: "no payload found"
        }
    }
}

extension CauseReport {
    /// What keeps a cause from going on.
    public func advice(on cause: Cause) -> String {
        let step = "fix the step that writes \(table): "
        switch cause.name {
        case .overwritten:
            return step + "what comes later without \(column) must not replace it"
        case .lost:
            return step + "the payload carries \(column) at its place"
        case .changed:
            return step + "the payload holds a fine \(column)"
        case .otherKey, .nested:
            return producer(of: cause, "sends", "\(column) elsewhere; or read it there as well")
        case .absent:
            return producer(of: cause, "never sends", column)
        case .null:
            return producer(of: cause, "sends", "null as \(column)")
        case .blank:
            return producer(of: cause, "sends", "a blank as \(column)")
        case .cameSo:
            return producer(of: cause, "sends", "it so; or clean it on the way into \(table)")
        case .notInPayload:
            return "find what else writes \(table): no payload of these rows holds \(column)"
        case .noPayload:
            return "find what else writes \(table), or declare more payloads with .fed(by:)"
        }
    }

    private func producer(of cause: Cause, _ verb: String, _ what: String) -> String {
        let named = cause.workflows.parts.prefix(3).map(\.label)
        let others = cause.workflows.parts.count - named.count + cause.workflows.more
        let rest = others > 0 ? ["\(others.counted("other"))"] : []
        switch named.count + rest.count {
        case 0: return "fix the producer: it \(verb) \(what)"
        case 1: return "fix the producer: workflow \(named[0]) \(verb) \(what)"
        default:
            let senders = named + rest
            let list =
                senders.dropLast().joined(separator: ", ") + " and \(senders[senders.count - 1])"
            let plural = verb.replacing("sends", with: "send")
            return "fix the producers: workflows \(list) \(plural) \(what)"
        }
    }
}
