// The members every kind has are documented in Check.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

/// Requires that a table has as many rows as expected.
public struct RowCount: Check {
    public var options: CheckOptions
    private let lower: Int
    private let upper: Int?

    /// Requires so many rows, both bounds included.
    public init(_ range: ClosedRange<Int>, file: String = #filePath, line: Int = #line) {
        options = CheckOptions(file: file, line: line)
        lower = range.lowerBound
        upper = range.upperBound
    }

    /// Requires at least so many rows.
    public init(_ range: PartialRangeFrom<Int>, file: String = #filePath, line: Int = #line) {
        options = CheckOptions(file: file, line: line)
        lower = range.lowerBound
        upper = nil
    }

    public var columns: [String] { [] }

    public var sentence: String { "the table has \(bounds)" }

    public func question(in context: CheckContext) -> Question {
        .aggregates(
            AggregateQuestion(
                ["count(*)\(filter(in: context))"],
                combined: .sum, tests: [.count(where: scopeTest(in: context))]))
    }

    public func measure(_ answers: AggregateAnswers) -> Measure {
        let count = (answers.values.first ?? nil).flatMap { Int($0) } ?? 0
        let fits = count >= lower && count <= (upper ?? .max)
        return Measure(
            violations: fits ? 0 : 1, scope: 1,
            observed: "\(count.counted("row")); expected \(bounds)")
    }

    public func headline(_ measure: Measure, of table: TableName) -> String {
        "\(table) does not have \(bounds)"
    }

    private var bounds: String {
        guard let upper else { return "at least \(lower.counted("row"))" }
        return "\(lower.grouped) to \(upper.counted("row"))"
    }

    public func specimens(in context: CheckContext) -> Specimens {
        func rows(_ count: Int) -> [Specimen.Step] {
            count == 0 ? [] : [.rows(.init([:], count: count))]
        }
        var specimens: [Specimen] = []
        if lower > 0 {
            specimens.append(
                Specimen(
                    "too few", violating: rows(lower - 1), boundary: rows(lower), violations: 1,
                    ground: .emptyTable))
        }
        if let upper {
            specimens.append(
                Specimen(
                    "too many", violating: rows(upper + 1), boundary: rows(upper), violations: 1,
                    ground: .emptyTable))
        }
        return specimens.isEmpty ? .vacuous("accepts any number of rows") : .made(specimens)
    }

    public static let documentation = KindDocumentation(
        kind: "row-count",
        dimension: .volume,
        summary: "A table has as many rows as expected.",
        why: "A table that lost half its rows still passes every check on the rows it has.",
        example: "RowCount(1_000...)",
        measures: "All rows of the table, or of the scope. An empty table is counted as 0 rows.",
        limits: "The bounds are fixed; they do not follow the table's growth."
    )
}
