// The members every kind has are documented in Check.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

/// Requires that columns hold a value: neither null nor, where they are text, blank.
public struct Required: Check {
    /// What becomes of text with nothing in it.
    public enum Blank: Sendable, Hashable {
        /// Blank text breaks the promise, and is counted apart from null.
        case refused
        /// Only null breaks the promise.
        case accepted
    }

    public var options: CheckOptions
    public let columns: [String]
    private let blank: Blank
    private var sources: [FillSource] = []

    /// Requires a value in each of these columns.
    public init(
        _ columns: String..., blank: Blank = .refused, file: String = #filePath, line: Int = #line
    ) {
        options = CheckOptions(file: file, line: line)
        self.columns = columns
        self.blank = blank
    }

    private init(_ column: String, of whole: Required) {
        options = whole.options
        columns = [column]
        blank = whole.blank
        sources = whole.sources
    }

    /// Says where a fix finds a missing value, the surest place first.
    public func filled(from sources: FillSource...) -> Required {
        var copy = self
        copy.sources = sources
        return copy
    }

    public var fault: String? { columns.isEmpty ? "names no column" : nil }

    public var parts: [any Check] {
        columns.count == 1 ? [self] : columns.map { Required($0, of: self) }
    }

    public var sentence: String {
        columns.count == 1 ? "\(subject) is required" : "\(columns.inWords) are required"
    }

    public var foreignNames: [ForeignName] {
        sources.compactMap { source in
            source.table.map {
                let columns = [source.column, source.matching].compactMap(\.self)
                return ForeignName(table: $0, columns: columns)
            }
        }
    }

    public func question(in context: CheckContext) -> Question {
        let column = subject
        let countsBlank = blank == .refused && context.isText(column)
        let isNotNull = context.shape.column(column)?.isNotNull == true
        if isNotNull, !countsBlank { return .proven(by: "NOT NULL on \(column)") }
        var parts: [RowQuestion.Part] = []
        if !isNotNull {
            parts.append(.init("null", "\(identifier: column) IS NULL", test: .isNull(column)))
        }
        if countsBlank {
            parts.append(.init("blank", context.isBlank(column), test: .isBlank(column)))
        }
        return .rows(
            RowQuestion(
                scope: scope(in: context), scopeTest: scopeTest(in: context), parts: parts))
    }

    public func headline(_ measure: Measure, of table: TableName) -> String {
        "\(subject) is missing in \(measure.rows(of: table))"
    }

    public func evaluate(_ row: Row) -> Evaluation {
        evaluate(row) {
            for column in columns {
                guard let text = row[column].text else { return .violated("\(column) is null") }
                if blank == .refused, case .text = row[column], BlankText.matches(text) {
                    return .violated("\(column) is blank")
                }
            }
            return .satisfied
        }
    }

    public func repair(in context: CheckContext) -> Repair {
        sources.isEmpty
            ? .listOnly("the declaration names no place that knows the value (`filled(from:)`)")
            : .fill(column: subject, from: sources)
    }

    public func specimens(in context: CheckContext) -> Specimens {
        let column = subject
        guard context.isText(column), blank == .refused else {
            return .made([.init("null", violating: [column: .null], boundary: [column: .any])])
        }
        // The blank that people paste is not the one that they type.
        let blank = context.encoding == .utf8 ? "\u{a0} " : " "
        return .made([
            .init("null", violating: [column: .null], boundary: [column: .text("-")]),
            .init("blank", violating: [column: .text(blank)], boundary: [column: .text("-")]),
        ])
    }

    public static let documentation = KindDocumentation(
        kind: "required",
        dimension: .completeness,
        summary: "A column holds a value: neither null nor blank.",
        why: """
            A row without its name or domain cannot be used, and often it is used all the same: it is \
            sent on, counted, or matched with every other row that lacks the value.
            """,
        example: #"Required("origin_company_name", "origin_company_domain")"#,
        measures: """
            Every row of the table (or of the scope) is looked at. Nulls and blank texts are counted \
            apart; blank is text with nothing in it but white space and invisible characters. Say \
            `blank: .accepted` where an empty text is a value. A column that is NOT NULL and not text \
            is proven by its constraint and costs nothing.
            """,
        limits: "It does not know a placeholder such as `n/a`; `OneOf` and `Matches` do."
    )
}
