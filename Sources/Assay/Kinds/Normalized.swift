// The members every kind has are documented in Check.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

/// Requires that the values of columns are in a normal form.
public struct Normalized: Check {
    public var options: CheckOptions
    public let columns: [String]
    private let normalizer: Normalizer
    private var remainder = Remainder.listed

    /// Requires each of these columns to be in a normal form; null is accepted.
    public init(
        _ columns: String..., as normalizer: Normalizer, file: String = #filePath,
        line: Int = #line
    ) {
        options = CheckOptions(file: file, line: line)
        self.columns = columns
        self.normalizer = normalizer
    }

    private init(_ column: String, of whole: Normalized) {
        options = whole.options
        columns = [column]
        normalizer = whole.normalizer
        remainder = whole.remainder
    }

    /// Says what a fix does with values that have no normal form.
    public func garbage(_ remainder: Remainder) -> Normalized {
        var copy = self
        copy.remainder = remainder
        return copy
    }

    public var fault: String? { columns.isEmpty ? "names no column" : nil }

    public var parts: [any Check] {
        columns.count == 1 ? [self] : columns.map { Normalized($0, of: self) }
    }

    public var sentence: String {
        columns.count == 1
            ? "\(subject) is \(normalizer.phrase)"
            : "each of \(columns.inWords) is \(normalizer.phrase)"
    }

    public func question(in context: CheckContext) -> Question {
        let form = ColumnForm(
            subject, as: normalizer, encoding: context.encoding,
            isShipped: context.isShipped(subject))
        let scope = scope(in: context, and: ["\(identifier: subject) IS NOT NULL"])
        return .rows(
            RowQuestion(
                scope: scope, scopeTest: scopeTest(in: context, notNull: [subject]),
                parts: [.init("dirty", "NOT (\(form.isNormal))", test: .not(.isNormal(form)))],
                form: options.scope == nil ? form : nil))
    }

    public func headline(_ measure: Measure, of table: TableName) -> String {
        "\(subject) is not \(normalizer.phrase) in \(measure.rows(of: table))"
    }

    public func evaluate(_ row: Row) -> Evaluation {
        evaluate(row) {
            var examined = false
            for column in columns {
                guard let text = row[column].text else { continue }
                examined = true
                if !normalizer.isNormalized(text) {
                    return .violated("\(column) is not \(normalizer.phrase)")
                }
            }
            return examined ? .satisfied : .outOfScope
        }
    }

    public func repair(in context: CheckContext) -> Repair {
        .normalise(column: subject, as: normalizer, garbage: remainder)
    }

    public func specimens(in context: CheckContext) -> Specimens {
        .made([
            .init(
                "dirty", violating: [subject: .text(normalizer.spelling(1, isNormal: false))],
                boundary: [subject: .text(normalizer.spelling(1, isNormal: true))])
        ])
    }

    public static let documentation = KindDocumentation(
        kind: "normalized",
        dimension: .validity,
        summary: "A value stands in its one normal form.",
        why: """
            `https://www.Example.com/` and `example.com` are one company, but two rows, two counts \
            and a join that finds nothing. Duplicates hide behind every other spelling.
            """,
        example: #"Normalized("domain", as: .domain)"#,
        measures: """
            Rows whose value is not null are looked at; a value breaks the promise when its normal \
            form is another text, or when it has none. Forms: `.domain`, `.url`, `.email`, \
            `.lowercase`, `.trimmed`, `.name`. The same function is evaluated in SQL and in Swift.
            """,
        limits: """
            Letters are lower-cased from A to Z only, whatever the locale. A domain in letters beyond \
            ASCII is dirty: its form is the `xn--` one, which SQL cannot compute.
            """
    )
}
