// The members every kind has are documented in Check.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

/// Requires that a query of the author's finds nothing.
public struct NoRows: Check {
    public var options: CheckOptions
    private let title: String
    private let query: SQL

    /// Requires that a query returns no row.
    ///
    /// Each row it returns is a violation, named by the columns of the table's key that it returns.
    ///
    /// - Parameters:
    ///   - title: What the rows would be: `customers that are their own customer`.
    ///   - file: Where it stands; filled in by the compiler.
    ///   - line: Where it stands; filled in by the compiler.
    ///   - query: The SQL; interpolated values are bound.
    public init(
        _ title: String, file: String = #filePath, line: Int = #line, query: () -> SQL
    ) {
        options = CheckOptions(file: file, line: line)
        self.title = title
        self.query = query().asSubquery
    }

    public var columns: [String] { [] }

    public var sentence: String { "there are no \(title)" }

    public var subject: String { Slug.make(title) }

    public var statements: [SQL] { [query] }

    public func question(in context: CheckContext) -> Question { .violators(query) }

    public func headline(_ measure: Measure, of table: TableName) -> String {
        "\(measure.violations.grouped) \(title) (\(table))"
    }

    public func specimens(in context: CheckContext) -> Specimens {
        .missing("only its author knows what its query finds")
    }

    public static let documentation = KindDocumentation(
        kind: "no-rows",
        dimension: .consistency,
        summary: "A query of yours finds nothing.",
        why: "What only this warehouse knows can only be said in its own SQL.",
        example: """
            NoRows("customers that are their own customer") {
                "SELECT id FROM core.company_customers WHERE customer_domain = origin_company_domain"
            }
            .violated(
                by: .row(
                    "core.company_customers",
                    ["customer_domain": "acme.com", "origin_company_domain": "acme.com"])
            )
            """,
        measures: """
            The rows that the query returns; the table's rows are the scope. The query runs in the \
            audit's read-only snapshot. `assay prove` has `violated(by:)` done to a copy and must see it \
            found.
            """,
        limits: "It shares no scan with other checks, and `where` does not apply to it."
    )
}
