// The members every kind has are documented in Check.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

/// Requires that a table says the same as another one.
public struct Agrees: Check {
    /// What is taken of all rows of both tables.
    public enum Total: Sendable, Hashable {
        /// The number of rows.
        case count
        /// The sum of a column.
        case sum(String)
    }

    public var options: CheckOptions
    private let other: TableName
    /// What the other table's database is called, where it is another one.
    public let database: String?
    private let keys: [String]
    private let compared: [String]
    private let totals: [Total]

    /// Requires that each row has one of the same key in the other table, with the same values.
    ///
    /// - Parameters:
    ///   - other: The other table, in which the columns are called the same.
    ///   - database: What the database of the other table is called, where it is another one: where that
    ///     is, the command is told when it runs.
    ///   - key: The column by which a row finds its like.
    ///   - keys: More of them.
    ///   - columns: The columns whose values must be the same there.
    ///   - file: Where it stands; filled in by the compiler.
    ///   - line: Where it stands; filled in by the compiler.
    public init(
        with other: String, of database: String? = nil, on key: String, _ keys: String...,
        comparing columns: String..., file: String = #filePath, line: Int = #line
    ) {
        options = CheckOptions(file: file, line: line)
        self.other = TableName(other)
        self.database = database
        self.keys = [key] + keys
        compared = columns
        totals = []
    }

    /// Requires that totals over all rows are the same in the other table.
    public init(
        with other: String, of database: String? = nil, in total: Total, _ totals: Total...,
        file: String = #filePath, line: Int = #line
    ) {
        options = CheckOptions(file: file, line: line)
        self.other = TableName(other)
        self.database = database
        keys = []
        compared = []
        self.totals = [total] + totals
    }

    public var columns: [String] { keys + compared + totals.compactMap(\.column) }

    public var sentence: String {
        guard totals.isEmpty else {
            let phrases = totals.map(\.phrase).joined(separator: ", ")
            return "the table agrees with \(place) in \(phrases)"
        }
        let values =
            compared.isEmpty ? "" : ", with the same \(compared.joined(separator: ", "))"
        return "each row stands in \(place) too by \(keys.joined(separator: " and "))\(values)"
    }

    /// The other table as a person calls it.
    private var place: String { database.map { "\(other) of \($0)" } ?? other.description }

    public var fault: String? {
        database.map { $0.isEmpty || $0.contains(where: Agrees.isOfConninfo) } == true
            ? "calls a database by what is no plain name; say where it is when the command runs"
            : nil
    }

    /// Whether a character stands in connection strings rather than in names, so that none of them is
    /// written into a check.
    private static func isOfConninfo(_ character: Character) -> Bool {
        !(character.isLetter || character.isNumber || character == "_" || character == "-")
    }

    public var foreignNames: [ForeignName] {
        database == nil ? [ForeignName(table: other, columns: columns)] : []
    }

    public var subject: String {
        ([database, other.description].compactMap(\.self) + totals.map { Slug.make($0.phrase) })
            .joined(separator: "+")
    }

    public func question(in context: CheckContext) -> Question {
        let scope = scope(in: context)
        if let database {
            return .distant(
                DistantQuestion(
                    database: database, table: other, keys: keys, compared: compared,
                    totals: totals.map { $0.sql(filter: "") }, scope: scope))
        }
        let rest: SQL = scope.map { " WHERE \($0)" } ?? ""
        guard totals.isEmpty else {
            let own = totals.map { $0.sql(filter: filter(in: context)) }
            let others = totals.map {
                "(SELECT \($0.sql(filter: "")) FROM \(other)\(rest))" as SQL
            }
            return .aggregates(AggregateQuestion(own + others))
        }
        let list = (keys + compared).map { SQL.identifier($0) }.joined(separator: ", ")
        let shown = keys.map { key -> SQL in
            "coalesce(o.\(identifier: key), t.\(identifier: key)) AS \(identifier: key)"
        }
        func pairs(_ columns: [String], _ comparison: SQL) -> [SQL] {
            columns.map { "o.\(identifier: $0) \(comparison) t.\(identifier: $0)" }
        }
        let differences =
            ["o.assay_here IS NULL", "t.assay_here IS NULL"]
            + pairs(compared, "IS DISTINCT FROM")
        return .violators(
            """
            SELECT \(shown.joined(separator: ", ")) \
            FROM (SELECT \(list), true AS assay_here FROM \(context.table)\(rest)) AS o \
            FULL JOIN (SELECT \(list), true AS assay_here FROM \(other)\(rest)) AS t \
            ON \(pairs(keys, "=").joined(separator: " AND ")) \
            WHERE \(differences.joined(separator: " OR "))
            """)
    }

    public func measure(_ answers: AggregateAnswers) -> Measure {
        let pairs = totals.indices.map { place in
            (answers.values[place] ?? "0", answers.values[totals.count + place] ?? "0")
        }
        let words = totals.indices.map { place in
            let (own, there) = pairs[place]
            return own == there
                ? "\(totals[place].phrase) \(own) in both"
                : "\(totals[place].phrase) \(own) here and \(there) in \(self.place)"
        }
        return Measure(
            violations: pairs.count { $0.0 != $0.1 }, scope: pairs.count,
            observed: words.joined(separator: "; "))
    }

    public func headline(_ measure: Measure, of table: TableName) -> String {
        guard totals.isEmpty else { return "\(table) and \(place) do not add up to the same" }
        return "\(measure.violations.counted("row")) of \(table) and \(place) do not agree"
    }

    public func specimens(in context: CheckContext) -> Specimens {
        guard database == nil else { return .missing("another database is left as it is") }
        let areAlike = columns.allSatisfy { column in
            context.shape.column(column)?.type == context.shapes[other]?.column(column)?.type
        }
        func row(_ table: TableName?, _ value: Int, differing: String? = nil) -> Specimen.Step {
            let sums = totals.compactMap(\.column)
            func plain(_ number: Int) -> Specimen.Value {
                areAlike ? .sample(number) : .short(number)
            }
            let values = columns.map { column -> (String, Specimen.Value) in
                if column == differing { return (column, sums.isEmpty ? plain(value) : 1) }
                return (column, sums.contains(column) ? 0 : plain(3))
            }
            return .rows(.init(Dictionary(values) { first, _ in first }, of: table))
        }
        func specimen(_ label: String, _ violating: [Specimen.Step]) -> Specimen {
            Specimen(
                label, violating: violating, boundary: [row(nil, 3), row(other, 3)],
                violations: 1, ground: .emptyTable)
        }
        var specimens: [Specimen] = []
        if totals.isEmpty || totals.contains(.count) {
            specimens.append(specimen("missing there", [row(nil, 3)]))
            specimens.append(specimen("missing here", [row(other, 3)]))
        }
        for column in compared + totals.compactMap(\.column) {
            specimens.append(
                specimen("other \(column)", [row(nil, 3), row(other, 4, differing: column)]))
        }
        return .made(specimens)
    }

    public static let documentation = KindDocumentation(
        kind: "agrees",
        dimension: .consistency,
        summary: "A table says the same as another one.",
        why: """
            What is stored twice comes apart when one of two writes is lost, and each table \
            passes every check of its own.
            """,
        example: """
            Agrees(with: "extracted.companyenrich_company", on: "domain", comparing: "name")
            Agrees(with: "billing.invoices", in: .count, .sum("amount"))
            Agrees(with: "public.invoices", of: "billing", on: "number", comparing: "amount")
            """,
        measures: """
            With `on:`, the rows of both tables that have no like in the other, and the pairs \
            whose compared values differ, where null is a value like any other; their keys are \
            shown. With `in:`, the totals that differ; the totals are shown. Both tables are \
            read in one snapshot, and `where` holds for both alike.

            With `of:` the other table stands in another database, and the command is told where: \
            `--other-database billing=service=billing`, or `ASSAY_DATABASE_URL_BILLING`. Rows are then \
            compared by digests: sums over 4,096 parts of each table first, and the rows of those parts \
            that differ. Numbers are compared as numbers, times in UTC, all else as text.
            """,
        limits: """
            Both tables call their columns the same. Keys that are not unique pair each row with \
            each, and a row whose key is null has no like; in another database rows of one key are \
            paired one by one, and null is a key like any other. Two databases share no snapshot: what \
            is written between the two looks like a difference. `assay prove` cannot break the promise \
            there, and says so.
            """
    )
}

extension Agrees.Total {
    fileprivate var column: String? {
        if case .sum(let column) = self { return column }
        return nil
    }

    /// What it is called: `count`, `sum of amount`.
    fileprivate var phrase: String {
        switch self {
        case .count: "count"
        case .sum(let column): "sum of \(column)"
        }
    }

    /// The aggregate, as text that is the same for equal numbers.
    fileprivate func sql(filter: SQL) -> SQL {
        switch self {
        case .count: "count(*)\(filter)"
        case .sum(let column):
            "trim_scale(coalesce(sum(\(identifier: column)::numeric)\(filter), 0))"
        }
    }
}
