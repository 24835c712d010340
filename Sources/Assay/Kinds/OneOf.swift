// The members every kind has are documented in Check.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

/// Requires that a column's values come from a vocabulary.
public struct OneOf: Check {
    private enum Vocabulary: Sendable {
        case values([String])
        case table(TableName, column: String)
    }

    public var options: CheckOptions
    public let columns: [String]
    private let vocabulary: Vocabulary
    private var translation: Translation?

    /// Requires a column's value, as text, to be one of these; null is accepted.
    public init(
        _ column: String, _ values: String..., file: String = #filePath, line: Int = #line
    ) {
        options = CheckOptions(file: file, line: line)
        columns = [column]
        vocabulary = .values(values)
    }

    /// Requires a column's value to stand in a reference table; null is accepted.
    ///
    /// - Parameters:
    ///   - column: The column.
    ///   - reference: `schema.table.column`.
    ///   - file: Where it stands; filled in by the compiler.
    ///   - line: Where it stands; filled in by the compiler.
    public init(
        _ column: String, in reference: String, file: String = #filePath, line: Int = #line
    ) {
        let (table, referenceColumn) = ColumnName.split(reference)
        options = CheckOptions(file: file, line: line)
        columns = [column]
        vocabulary = .table(table, column: referenceColumn)
    }

    /// Names the table by which a fix translates a value: what is written, and what it means.
    public func mapped(through table: String, from: String, to: String) -> OneOf {
        var copy = self
        copy.translation = .table(TableName(table), from: from, to: to)
        return copy
    }

    /// Says what values outside the vocabulary mean: `.mapped(["Manual": "manual"])`.
    public func mapped(_ values: [String: String]) -> OneOf {
        var copy = self
        copy.translation = .values(values)
        return copy
    }

    public var sentence: String {
        switch vocabulary {
        case .values(let values): "\(subject) is \(values.inWords)"
        case .table(let table, let column): "\(subject) is one of \(table).\(column)"
        }
    }

    public var fault: String? {
        if case .values([]) = vocabulary { return "names no value" }
        return nil
    }

    public var foreignNames: [ForeignName] {
        var names: [ForeignName] = []
        if case .table(let table, let column) = vocabulary {
            names.append(ForeignName(table: table, columns: [column]))
        }
        if case .table(let table, let from, let to)? = translation {
            names.append(ForeignName(table: table, columns: [from, to]))
        }
        return names
    }

    public func question(in context: CheckContext) -> Question {
        switch vocabulary {
        case .values(let values):
            let column: SQL = .identifier(subject)
            let scope = scope(in: context, and: ["\(column) IS NOT NULL"])
            let unknown: SQL = "NOT (\(context.text(subject)) = ANY (\(values)::text[]))"
            let test = RowTest.not(.isOneOf(subject, values))
            return .rows(
                RowQuestion(
                    scope: scope, scopeTest: scopeTest(in: context, notNull: [subject]),
                    parts: [.init("unknown", unknown, test: test)]))
        case .table(let table, let column):
            if let proof = context.shape.proof(thatRefer: columns, to: table, [column]) {
                return .proven(by: "foreign key \(proof.name)")
            }
            let isUnique = context.shapes[table]?.proof(thatUnique: [column]) != nil
            return .orphans(
                OrphanQuestion(
                    columns: columns, parent: table, parentColumns: [column],
                    parentIsUnique: isUnique, scope: scope(in: context),
                    scopeTest: scopeTest(in: context)))
        }
    }

    public func headline(_ measure: Measure, of table: TableName) -> String {
        switch vocabulary {
        case .values(let values):
            "\(subject) is not \(values.inWords) in \(measure.rows(of: table))"
        case .table(let reference, let column):
            "\(subject) is not one of \(reference).\(column) in \(measure.rows(of: table))"
        }
    }

    public func evaluate(_ row: Row) -> Evaluation {
        evaluate(row) {
            guard case .values(let values) = vocabulary else { return .notEvaluable }
            guard let text = row[subject].text else { return .outOfScope }
            return values.contains(text)
                ? .satisfied : .violated("\(subject) is not \(values.inWords)")
        }
    }

    public func repair(in context: CheckContext) -> Repair {
        guard let translation else {
            return .listOnly("nothing says what the other values mean (`mapped(through:from:to:)`)")
        }
        let accepted: SQL
        switch vocabulary {
        case .values(let values):
            accepted = "lookup.meant = ANY (\(values))"
        case .table(let table, let column):
            accepted = """
                EXISTS (SELECT FROM \(table) AS known WHERE known.\(identifier: column)::text \
                = lookup.meant)
                """
        }
        return .map(column: subject, through: translation, accepted: accepted)
    }

    public func specimens(in context: CheckContext) -> Specimens {
        switch vocabulary {
        case .values(let values):
            guard let last = values.last else { return .missing("it names no value") }
            return .made([
                .init(
                    "unknown", violating: [subject: .unlike(values)],
                    boundary: [subject: .text(last)])
            ])
        case .table(let table, let column):
            return .made([.orphan(columns, of: table, columns: [column], in: context)])
        }
    }

    public static let documentation = KindDocumentation(
        kind: "one-of",
        dimension: .validity,
        summary: "A value comes from a vocabulary: a list, or a reference table.",
        why: "A value outside the vocabulary falls out of every report that groups by it.",
        example: #"OneOf("source", "claygent", "claygent_structured", "manual")"#,
        measures: """
            Rows whose value is not null are looked at. `OneOf("industry", in: \
            "reference.industries.name")` takes the vocabulary from a table; a validated foreign key to \
            it proves the promise at no cost.
            """,
        limits: "Case counts: `Manual` is not `manual`."
    )
}
