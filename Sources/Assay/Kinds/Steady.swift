// The members every kind has are documented in Check.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

/// Requires that a table as a whole is about as recorded runs have found it.
public struct Steady: Check {
    /// What is measured of a table as a whole.
    public enum Quantity: Sendable, Hashable {
        /// The number of its rows.
        case rowCount
        /// The share of rows in which a column is null, in percent.
        case nullShare(of: String)
    }

    /// How far from what is usual a value may lie.
    public enum Bound: Sendable, Hashable {
        /// So many standard deviations, as the median distance from the median gives them.
        case deviations(Double)
    }

    public var options: CheckOptions
    private let quantities: [Quantity]
    private let bound: Bound

    /// Requires a quantity to be as usual.
    ///
    /// - Parameters:
    ///   - quantity: What is measured.
    ///   - bound: How far from what is usual it may lie.
    ///   - file: Where it stands; filled in by the compiler.
    ///   - line: Where it stands; filled in by the compiler.
    public init(
        _ quantity: Quantity, within bound: Bound = .deviations(6), file: String = #filePath,
        line: Int = #line
    ) {
        options = CheckOptions(file: file, line: line)
        quantities = [quantity]
        self.bound = bound
    }

    /// Requires the share of nulls in each of these columns to be as usual.
    ///
    /// - Parameters:
    ///   - column: A column.
    ///   - columns: More of them.
    ///   - bound: How far from what is usual a share may lie.
    ///   - file: Where it stands; filled in by the compiler.
    ///   - line: Where it stands; filled in by the compiler.
    public init(
        nullShareOf column: String, _ columns: String..., within bound: Bound = .deviations(6),
        file: String = #filePath, line: Int = #line
    ) {
        options = CheckOptions(file: file, line: line)
        quantities = ([column] + columns).map { .nullShare(of: $0) }
        self.bound = bound
    }

    private init(_ quantity: Quantity, of whole: Steady) {
        options = whole.options
        quantities = [quantity]
        bound = whole.bound
    }

    public var columns: [String] { quantities.compactMap(\.column) }

    public var fault: String? {
        bound.deviations > 0 && bound.deviations.isFinite
            ? nil : "must accept some deviation, such as .deviations(6)"
    }

    public var parts: [any Check] {
        quantities.count == 1 ? [self] : quantities.map { Steady($0, of: self) }
    }

    public var sentence: String {
        quantities.count == 1
            ? "\(quantity.phrase) is steady"
            : "the shares of nulls in \(columns.joined(separator: " and ")) are steady"
    }

    public var subject: String { quantities.map(\.subject).joined(separator: "+") }

    public var needsPast: Bool { true }

    /// What is measured, once there is one quantity a check.
    private var quantity: Quantity { quantities.first ?? .rowCount }

    public func question(in context: CheckContext) -> Question {
        let filter = filter(in: context)
        guard let column = quantity.column else {
            return .aggregates(
                AggregateQuestion(
                    ["count(*)\(filter)"], combined: .sum,
                    tests: [.count(where: scopeTest(in: context))]))
        }
        if context.shape.column(column)?.isNotNull == true {
            return .proven(by: "NOT NULL on \(column)")
        }
        return .aggregates(
            AggregateQuestion(
                ["count(*)\(filter)", "count(\(identifier: column))\(filter)"],
                combined: .sum,
                tests: [
                    .count(where: scopeTest(in: context)),
                    .count(where: scopeTest(in: context, notNull: [column])),
                ]))
    }

    public func measure(_ answers: AggregateAnswers) -> Measure {
        guard let value = quantity.value(answers.values) else {
            return Measure(violations: 0, scope: 0, observed: "no row, so that no share is null")
        }
        let seen = quantity.words(value)
        guard let usual = expectation(answers.past, at: answers.now) else {
            let runs = answers.past.points.count
            return Measure(
                violations: 0, scope: 0,
                observed: "\(seen); learning, \(runs) of \(Past.learning) runs recorded",
                value: value)
        }
        let range = quantity.range(usual)
        let basis = usual.runs.counted(usual.weekday ?? "run")
        return Measure(
            violations: range.contains(value) ? 0 : 1, scope: 1,
            observed: "\(seen); expected \(quantity.words(range)) by the last \(basis)",
            value: value, expected: range)
    }

    private func expectation(_ past: Past, at time: Double) -> Past.Expectation? {
        past.expectation(at: time, within: bound.deviations, least: quantity.leastDeviation)
    }

    public func headline(_ measure: Measure, of table: TableName) -> String {
        let isLess = measure.value.flatMap { value in
            measure.expected.map { value < $0.lowerBound }
        }
        switch (quantity, isLess) {
        case (.rowCount, true?): return "\(table) has unusually few rows"
        case (.rowCount, false?): return "\(table) has unusually many rows"
        case (.rowCount, nil): return "\(table) has an unusual number of rows"
        case (.nullShare(let column), true?): return "\(table) has unusually few nulls in \(column)"
        case (.nullShare(let column), false?):
            return "\(table) has unusually many nulls in \(column)"
        case (.nullShare(let column), nil):
            return "\(table) has an unusual share of nulls in \(column)"
        }
    }

    public func specimens(in context: CheckContext) -> Specimens {
        let level = quantity == .rowCount ? 10.0 : 0
        let past = Past(
            (1...Past.learning).map { .init(time: Double($0) * 86_400, value: level) })
        guard let usual = expectation(past, at: 0) else {
            return .missing("nothing is expected of the next run")
        }
        let range = quantity.range(usual)
        func specimen(
            _ label: String, _ violating: [Specimen.Step], _ boundary: [Specimen.Step]
        ) -> Specimen {
            var specimen = Specimen(
                label, violating: violating, boundary: boundary, violations: 1,
                ground: .emptyTable)
            specimen.past = past
            return specimen
        }
        if let column = quantity.column {
            guard range.upperBound < 100 else { return .vacuous("accepts any share of nulls") }
            return .made([
                specimen(
                    "more nulls", [.rows(.init([column: .null]))], [.rows(.init([column: .any]))])
            ])
        }
        func rows(_ count: Double) -> [Specimen.Step] {
            count < 1 ? [] : [.rows(.init([:], count: Int(count)))]
        }
        let (low, high) = (range.lowerBound, range.upperBound)
        var specimens = [specimen("more rows", rows(high + 1), rows(high))]
        if low > 0 { specimens.append(specimen("fewer rows", rows(low - 1), rows(low))) }
        return .made(specimens)
    }

    public static let documentation = KindDocumentation(
        kind: "steady",
        dimension: .volume,
        summary: "A table as a whole is about as recorded runs have found it.",
        why: """
            A feed that delivers a third, or leaves a column empty, breaks no promise about any \
            one row, and nobody knows the right number to write down.
            """,
        example: """
            Steady(.rowCount)
            Steady(nullShareOf: "domain", "industry", within: .deviations(8))
            """,
        measures: """
            The number of rows, or the share of nulls in percent, of the table or of the scope. It \
            is held against the last \(Past.memory) runs that recorded it (`assay audit --record`), \
            of each day the last and none of the day itself, so that repeating a run changes nothing: it \
            may lie so many deviations from their median, 6 where nothing is said, where a \
            deviation is 1.4826 times the median distance from the median. Once the weekday (UTC) \
            has \(Past.weekdays) runs, its own median counts, and distances are taken from the \
            median of each weekday. A deviation is at the least 0.2 % of the median and a fifth of a \
            row, or 0.1 % of all rows for nulls, so that what never varied may vary a little.

            Until \(Past.learning) runs are recorded the check is learning: not applicable, and no \
            failure. Without a history it is errored.
            """,
        limits: """
            It learns what it is shown: a table that was always wrong is usual. What grew steadily \
            is expected to be a little larger or smaller, and by how much it grew within those runs \
            decides what a loss must be to be seen. A lasting step is a finding for about four weeks \
            of nights, until half of the runs know it; `.knownIssue` accepts it meanwhile.
            """
    )
}

extension Steady.Bound {
    fileprivate var deviations: Double {
        switch self {
        case .deviations(let count): count
        }
    }
}

extension Steady.Quantity {
    fileprivate var column: String? {
        if case .nullShare(let column) = self { return column }
        return nil
    }

    fileprivate var phrase: String {
        switch self {
        case .rowCount: "the number of rows"
        case .nullShare(let column): "the share of nulls in \(column)"
        }
    }

    fileprivate var subject: String { column ?? "row-count" }

    /// What the aggregates amount to; no share of no rows.
    fileprivate func value(_ answers: [String?]) -> Double? {
        let counts = answers.map { $0.flatMap { Double($0) } ?? 0 }
        let rows = counts.first ?? 0
        guard column != nil else { return rows }
        guard rows > 0, let present = counts.dropFirst().first else { return nil }
        return ((rows - present) * 10_000 / rows).rounded() / 100
    }

    /// What is told apart from what is usual even where nothing ever varied.
    fileprivate func leastDeviation(_ middle: Double) -> Double {
        switch self {
        case .rowCount: max(middle * 0.002, 0.2)
        case .nullShare: 0.1
        }
    }

    /// What is expected, as far as there are such values, to the digits that are shown.
    fileprivate func range(_ usual: Past.Expectation) -> ClosedRange<Double> {
        let (low, high) = (usual.range.lowerBound, usual.range.upperBound)
        switch self {
        case .rowCount:
            let lower = max(0, min(low.rounded(.up), usual.middle.rounded(.down)))
            return lower...max(high.rounded(.down), usual.middle.rounded(.up), lower)
        case .nullShare:
            let lower = max(0, (low * 100).rounded() / 100)
            return lower...max(lower, min(100, (high * 100).rounded() / 100))
        }
    }

    fileprivate func words(_ value: Double) -> String {
        switch self {
        case .rowCount: Int(value).counted("row")
        case .nullShare: "\(value.fixed(2)) % null"
        }
    }

    fileprivate func words(_ range: ClosedRange<Double>) -> String {
        let (low, high) = (range.lowerBound, range.upperBound)
        switch self {
        case .rowCount: return "\(Int(low).grouped) to \(Int(high).grouped)"
        case .nullShare: return "\(low.fixed(2)) to \(high.fixed(2)) %"
        }
    }
}
