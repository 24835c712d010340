/// What was counted for one check, before anything is judged.
public struct Measure: Sendable, Hashable {
    /// A count with a name of its own: `null`, `blank`.
    public struct Part: Sendable, Hashable {
        /// What was counted.
        public let label: String
        /// How many rows.
        public let count: Int

        /// Creates a part.
        public init(_ label: String, _ count: Int) {
            self.label = label
            self.count = count
        }
    }

    /// How many rows break the promise.
    public var violations: Int
    /// How many rows the promise speaks of.
    public var scope: Int
    /// The violations by sort, where a kind tells sorts apart.
    public var parts: [Part]
    /// How many groups of rows the violations form, for kinds that compare rows.
    public var groups: Int?
    /// What was seen, for kinds that look at one value of the table: `newest row 30 hours old`.
    public var observed: String?
    /// The value that is recorded, for kinds that hold it against earlier runs.
    public var value: Double?
    /// What was expected of it; `nil` where too few runs are recorded to say.
    public var expected: ClosedRange<Double>?

    /// Creates a measure.
    public init(
        violations: Int, scope: Int, parts: [Part] = [], groups: Int? = nil,
        observed: String? = nil, value: Double? = nil, expected: ClosedRange<Double>? = nil
    ) {
        self.violations = violations
        self.scope = scope
        self.parts = parts
        self.groups = groups
        self.observed = observed
        self.value = value
        self.expected = expected
    }

    /// The rows that would go if each group kept one.
    public var surplus: Int? { groups.map { violations - $0 } }

    /// The violations as a share of the scope, in percent.
    public var percent: Double {
        scope == 0 ? 0 : Double(violations) * 100 / Double(scope)
    }

    /// The violations as a share of the scope, in words: `0.03 %`.
    public var share: String {
        "\(percent > 0 && percent < 0.01 ? "under 0.01" : percent.fixed(2)) %"
    }

    /// The violating rows in words: `14 rows of core.companies`.
    func rows(of table: TableName) -> String {
        "\(violations.counted("row")) of \(table)"
    }

    /// `14 of 52,310 rows (0.03 %)`.
    public var sentence: String {
        if let observed { return observed }
        var text = "\(violations.grouped) of \(scope.counted("row")) (\(share))"
        let named = parts.filter { $0.count > 0 }
        if parts.count > 1, !named.isEmpty {
            let list = named.map { "\($0.count.grouped) \($0.label)" }
            text += ": " + list.joined(separator: ", ")
        }
        if let groups, violations > 0 { text += " in \(groups.counted("group"))" }
        return text
    }
}
