// The members every kind has are documented in Check.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

/// Requires that what columns refer to exists.
public struct References: Check {
    public var options: CheckOptions
    public let columns: [String]
    private let parent: TableName
    private let parentColumns: [String]
    private var form: Normalizer?
    private var remainder = Remainder.listed

    /// Requires that a column's values stand in another table's column.
    ///
    /// - Parameters:
    ///   - column: The referring column.
    ///   - parent: `schema.table.column`.
    ///   - file: Where it stands; filled in by the compiler.
    ///   - line: Where it stands; filled in by the compiler.
    public init(
        _ column: String, in parent: String, file: String = #filePath, line: Int = #line
    ) {
        let (table, parentColumn) = ColumnName.split(parent)
        options = CheckOptions(file: file, line: line)
        columns = [column]
        self.parent = table
        parentColumns = [parentColumn]
    }

    /// Requires that several columns together stand in another table's columns.
    public init(
        _ columns: [String], in parent: String, columns parentColumns: [String],
        file: String = #filePath, line: Int = #line
    ) {
        options = CheckOptions(file: file, line: line)
        self.columns = columns
        self.parent = TableName(parent)
        self.parentColumns = parentColumns
    }

    /// Lets a fix point a reference at the value that has the same normal form.
    public func repointed(as form: Normalizer) -> References {
        var copy = self
        copy.form = form
        return copy
    }

    /// Says what a fix does with references that lead nowhere.
    public func orphans(_ remainder: Remainder) -> References {
        var copy = self
        copy.remainder = remainder
        return copy
    }

    public var sentence: String {
        "\(columns.joined(separator: " and ")) stands in "
            + "\(parent).\(parentColumns.joined(separator: "+"))"
    }

    public var fault: String? {
        if columns.isEmpty { return "names no column" }
        guard columns.count != parentColumns.count else { return nil }
        return "refers by \(columns.count.counted("column")) to \(parentColumns.count)"
    }

    public var foreignNames: [ForeignName] {
        [ForeignName(table: parent, columns: parentColumns)]
    }

    public func question(in context: CheckContext) -> Question {
        if let proof = context.shape.proof(thatRefer: columns, to: parent, parentColumns) {
            return .proven(by: "foreign key \(proof.name)")
        }
        let isUnique = context.shapes[parent]?.proof(thatUnique: parentColumns) != nil
        return .orphans(
            OrphanQuestion(
                columns: columns, parent: parent, parentColumns: parentColumns,
                parentIsUnique: isUnique, scope: scope(in: context),
                scopeTest: scopeTest(in: context)))
    }

    public func headline(_ measure: Measure, of table: TableName) -> String {
        let name = columns.joined(separator: " and ")
        return "\(parent) does not know the \(name) of \(measure.rows(of: table))"
    }

    public func repair(in context: CheckContext) -> Repair {
        guard case .orphans(let question) = question(in: context),
            form != nil || remainder != .listed
        else { return .listOnly("nothing says what becomes of them (`orphans(.quarantined)`)") }
        return .orphans(.init(question: question, form: form, remainder: remainder))
    }

    public func specimens(in context: CheckContext) -> Specimens {
        .made([.orphan(columns, of: parent, columns: parentColumns, in: context)])
    }

    public static let documentation = KindDocumentation(
        kind: "references",
        dimension: .integrity,
        summary: "What a column refers to exists.",
        why: "A row that refers to nothing drops out of every join, and nobody sees it go.",
        example: #"References("origin_company_domain", in: "core.companies.domain")"#,
        measures: """
            Rows whose referring columns are all not null are looked at. A validated foreign key on \
            the same columns proves the promise at no cost.
            """,
        limits: "Values are compared as they are; use `Normalized` on both sides first."
    )
}

extension Specimen {
    /// A row that refers to nothing, and a row that refers to a row that is there.
    static func orphan(
        _ columns: [String], of parent: TableName, columns parentColumns: [String],
        in context: CheckContext
    ) -> Specimen {
        let types = columns.map { context.shape.column($0)?.type }
        let areAlike = types == parentColumns.map { context.shapes[parent]?.column($0)?.type }
        func values(_ columns: [String], _ value: Value) -> [String: Value] {
            Dictionary(columns.map { ($0, value) }) { first, _ in first }
        }
        let known: Value = areAlike ? .sample(4) : .short(4)
        return Specimen(
            "orphan",
            violating: [.rows(Rows(values(columns, .sample(3)), hasParents: false))],
            boundary: [
                .rows(Rows(values(parentColumns, known), of: parent, mayExist: true)),
                .rows(Rows(values(columns, known))),
            ], violations: 1)
    }
}

/// `schema.table.column` taken apart.
enum ColumnName {
    static func split(_ text: String) -> (TableName, String) {
        let halves = TableName.split(text)
        let column = halves.last ?? text
        let table = halves.dropLast()
        guard let name = table.last else { return (TableName(schema: "public", name: ""), column) }
        let schema = table.count > 1 ? table.dropLast().joined(separator: ".") : "public"
        return (TableName(schema: schema, name: name), column)
    }
}
