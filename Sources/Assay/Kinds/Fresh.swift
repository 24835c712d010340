// The members every kind has are documented in Check.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

/// Requires that the newest row is not older than an age.
public struct Fresh: Check {
    public var options: CheckOptions
    public let columns: [String]
    private let age: Age

    /// Requires the newest value of a timestamp column to be at most this old.
    public init(
        _ column: String, within age: Age, file: String = #filePath, line: Int = #line
    ) {
        options = CheckOptions(file: file, line: line)
        columns = [column]
        self.age = age
    }

    public var sentence: String { "the newest \(subject) is at most \(age) old" }

    public func question(in context: CheckContext) -> Question {
        let newest: SQL = "max(\(identifier: subject))\(filter(in: context))"
        let test = AggregateTest.largest(
            of: subject, where: scopeTest(in: context), filter: scope(in: context))
        return .aggregates(
            AggregateQuestion(["extract(epoch FROM \(newest))"], combined: .greatest, tests: [test])
        )
    }

    public func measure(_ answers: AggregateAnswers) -> Measure {
        guard let text = answers.values.first ?? nil, let newest = Double(text) else {
            return Measure(violations: 0, scope: 0, observed: "no \(subject) at all")
        }
        let seconds = answers.now - newest
        let observed =
            seconds < 0
            ? "the newest \(subject) lies \((-seconds).asAge) in the future"
            : "the newest \(subject) is \(seconds.asAge) old; at most \(age) allowed"
        let isStale = seconds > age.seconds
        return Measure(violations: isStale ? 1 : 0, scope: 1, observed: observed)
    }

    public func headline(_ measure: Measure, of table: TableName) -> String {
        "\(table) has had no new row within \(age)"
    }

    public func specimens(in context: CheckContext) -> Specimens {
        // A date is a midnight: only today's is surely young enough, and a day more surely too old.
        let isDate = context.shape.column(subject)?.type == "date"
        let (old, young) = isDate ? (age.seconds + 86_400, 0) : (age.seconds + 1, age.seconds - 1)
        return .made([
            Specimen(
                "stale", violating: [.rows(.init([subject: .ago(old)]))],
                boundary: [.rows(.init([subject: .ago(young)]))], violations: 1,
                ground: .emptyTable)
        ])
    }

    public static let documentation = KindDocumentation(
        kind: "fresh",
        dimension: .timeliness,
        summary: "The newest row is not older than an age.",
        why: "A feed that stopped looks like a feed with no news, until somebody decides on it.",
        example: #"Fresh("created_at", within: .hours(26))"#,
        measures: """
            The largest value of the column is compared with the time of the snapshot. A table \
            without any value is not applicable, never passed.
            """,
        limits: """
            A timestamp without time zone is read as UTC. One row from the future makes the table look \
            fresh; `InRange` or `NoRows` finds it.
            """
    )
}

extension Double {
    /// A number of seconds as a person says it: `30 hours`, `4 days`.
    var asAge: String {
        switch self {
        case ..<7_200: Age.minutes((self / 60).rounded(.down)).description
        case ..<172_800: Age.hours((self / 3_600).rounded(.down)).description
        case ..<1e13: Age.days((self / 86_400).rounded(.down)).description
        default: "longer than any calendar"
        }
    }
}
