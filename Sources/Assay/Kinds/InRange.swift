// The members every kind has are documented in Check.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

/// Requires that a column's values lie between bounds.
public struct InRange: Check {
    public var options: CheckOptions
    public let columns: [String]
    private let lower: String?
    private let upper: String?

    /// Requires whole numbers within bounds, both included; null is accepted.
    public init(
        _ column: String, _ range: ClosedRange<Int>, file: String = #filePath, line: Int = #line
    ) {
        self.init(column, String(range.lowerBound), String(range.upperBound), file, line)
    }

    /// Requires numbers within bounds, both included; null is accepted.
    public init(
        _ column: String, _ range: ClosedRange<Double>, file: String = #filePath,
        line: Int = #line
    ) {
        self.init(column, range.lowerBound.plain, range.upperBound.plain, file, line)
    }

    /// Requires numbers from a bound on; null is accepted.
    public init(
        _ column: String, _ range: PartialRangeFrom<Int>, file: String = #filePath,
        line: Int = #line
    ) {
        self.init(column, String(range.lowerBound), nil, file, line)
    }

    /// Requires numbers up to a bound; null is accepted.
    public init(
        _ column: String, _ range: PartialRangeThrough<Int>, file: String = #filePath,
        line: Int = #line
    ) {
        self.init(column, nil, String(range.upperBound), file, line)
    }

    /// Requires values within bounds written as PostgreSQL reads them, such as dates.
    public init(
        _ column: String, from lower: String? = nil, through upper: String? = nil,
        file: String = #filePath, line: Int = #line
    ) {
        self.init(column, lower, upper, file, line)
    }

    private init(
        _ column: String, _ lower: String?, _ upper: String?, _ file: String, _ line: Int
    ) {
        options = CheckOptions(file: file, line: line)
        columns = [column]
        self.lower = lower
        self.upper = upper
    }

    public var sentence: String { "\(subject) is \(bounds)" }

    public func question(in context: CheckContext) -> Question {
        let column: SQL = .identifier(subject)
        var parts: [RowQuestion.Part] = []
        if let lower {
            parts.append(
                .init("too low", "\(column) < \(lower)", test: .isBelow(subject, lower)))
        }
        if let upper {
            parts.append(
                .init("too high", "\(column) > \(upper)", test: .isAbove(subject, upper)))
        }
        let scope = scope(in: context, and: ["\(column) IS NOT NULL"])
        return .rows(
            RowQuestion(
                scope: scope, scopeTest: scopeTest(in: context, notNull: [subject]), parts: parts))
    }

    public func headline(_ measure: Measure, of table: TableName) -> String {
        "\(subject) is not \(bounds) in \(measure.rows(of: table))"
    }

    public func evaluate(_ row: Row) -> Evaluation {
        evaluate(row) {
            let number: Double
            switch row[subject] {
            case .null: return .outOfScope
            case .integer(let value): number = Double(value)
            case .number(let value): number = value
            case .text, .boolean: return .notEvaluable
            }
            let low = lower.map(Double.init)
            let high = upper.map(Double.init)
            if low == .some(nil) || high == .some(nil) { return .notEvaluable }
            let isLow = (low ?? nil).map { number < $0 } ?? false
            let isHigh = (high ?? nil).map { !(number <= $0) } ?? false
            return isLow || isHigh ? .violated("\(subject) is not \(bounds)") : .satisfied
        }
    }

    private var bounds: String {
        switch (lower, upper) {
        case (let lower?, let upper?): "between \(lower) and \(upper)"
        case (let lower?, nil): "at least \(lower)"
        case (nil, let upper?): "at most \(upper)"
        case (nil, nil): "anything"
        }
    }

    public func specimens(in context: CheckContext) -> Specimens {
        var specimens: [Specimen] = []
        if let lower {
            specimens.append(
                .init(
                    "too low", violating: [subject: .below(lower)],
                    boundary: [subject: .text(lower)]))
        }
        if let upper {
            specimens.append(
                .init(
                    "too high", violating: [subject: .above(upper)],
                    boundary: [subject: .text(upper)]))
        }
        return specimens.isEmpty
            ? .vacuous("names no bound, so that any value is right")
            : .made(specimens)
    }

    public static let documentation = KindDocumentation(
        kind: "in-range",
        dimension: .validity,
        summary: "A value lies between bounds, both included.",
        why: "A company founded in the year 20 or with minus five employees spoils every average.",
        example: """
            InRange("founded_year", 1200...2100)
            InRange("funding_date", from: "1990-01-01")
            """,
        measures: """
            Rows whose value is not null are looked at; too low and too high are counted apart. Bounds \
            given as text are read by PostgreSQL as the column's own type.
            """,
        limits: "PostgreSQL takes NaN for larger than any number, so only an upper bound finds it."
    )
}
