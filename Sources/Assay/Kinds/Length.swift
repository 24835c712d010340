// The members every kind has are documented in Check.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

/// Requires that a text is neither too short nor too long.
public struct Length: Check {
    public var options: CheckOptions
    public let columns: [String]
    private let lower: Int
    private let upper: Int?

    /// Requires a text of so many characters, both bounds included; null is accepted.
    public init(
        _ column: String, _ range: ClosedRange<Int>, file: String = #filePath, line: Int = #line
    ) {
        options = CheckOptions(file: file, line: line)
        columns = [column]
        lower = range.lowerBound
        upper = range.upperBound
    }

    /// Requires a text of at most so many characters; null is accepted.
    public init(
        _ column: String, _ range: PartialRangeThrough<Int>, file: String = #filePath,
        line: Int = #line
    ) {
        options = CheckOptions(file: file, line: line)
        columns = [column]
        lower = 0
        upper = range.upperBound
    }

    public var sentence: String { "\(subject) has \(bounds)" }

    public func question(in context: CheckContext) -> Question {
        let text: SQL = "\(identifier: subject)::text"
        var parts: [RowQuestion.Part] = []
        // Counting characters walks the text; counting bytes does not, and settles most rows: a
        // character takes four bytes at the most.
        if lower > 0 {
            let shorter: SQL = "octet_length(\(text)) < \(lower * 4) AND length(\(text)) < \(lower)"
            parts.append(.init("too short", shorter, test: .isShorter(subject, than: lower)))
        }
        if let upper {
            let longer: SQL = "octet_length(\(text)) > \(upper) AND length(\(text)) > \(upper)"
            parts.append(.init("too long", longer, test: .isLonger(subject, than: upper)))
        }
        let scope = scope(in: context, and: ["\(identifier: subject) IS NOT NULL"])
        return .rows(
            RowQuestion(
                scope: scope, scopeTest: scopeTest(in: context, notNull: [subject]), parts: parts))
    }

    public func headline(_ measure: Measure, of table: TableName) -> String {
        "\(subject) does not have \(bounds) in \(measure.rows(of: table))"
    }

    public func evaluate(_ row: Row) -> Evaluation {
        evaluate(row) {
            guard let text = row[subject].text else { return .outOfScope }
            let length = text.unicodeScalars.count
            let fits = length >= lower && length <= (upper ?? .max)
            return fits ? .satisfied : .violated("\(subject) does not have \(bounds)")
        }
    }

    private var bounds: String {
        guard let upper else { return "at least \(lower) characters" }
        return lower > 0 ? "\(lower) to \(upper) characters" : "at most \(upper) characters"
    }

    public func specimens(in context: CheckContext) -> Specimens {
        func characters(_ count: Int) -> Specimen.Value {
            .text(String(repeating: context.isText(subject) ? "a" : "1", count: count))
        }
        var specimens: [Specimen] = []
        if lower > 0 {
            specimens.append(
                .init(
                    "too short", violating: [subject: characters(lower - 1)],
                    boundary: [subject: characters(lower)]))
        }
        if let upper {
            specimens.append(
                .init(
                    "too long", violating: [subject: characters(upper + 1)],
                    boundary: [subject: characters(upper)]))
        }
        return .made(specimens)
    }

    public static let documentation = KindDocumentation(
        kind: "length",
        dimension: .validity,
        summary: "A text is neither too short nor too long.",
        why: "A name of 4,000 characters is a page that was pasted into the wrong field.",
        example: #"Length("name", 1...200)"#,
        measures: """
            Rows whose value is not null are looked at; too short and too long are counted apart. \
            Characters are Unicode code points, as `length()` counts them.
            """,
        limits: "An emoji of several code points counts as several characters."
    )
}
