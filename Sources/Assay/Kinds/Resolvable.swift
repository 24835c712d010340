// The members every kind has are documented in Check.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

/// Requires that a statement other programs run still fits the catalog.
public struct Resolvable: Check {
    public var options: CheckOptions
    private let title: String
    private let statement: SQL

    /// Requires that the database understands a statement.
    ///
    /// Every table, column, function and type it names exists. The statement is not run.
    ///
    /// - Parameters:
    ///   - title: Whose statement it is: `the company-customers lookup`.
    ///   - file: Where it stands; filled in by the compiler.
    ///   - line: Where it stands; filled in by the compiler.
    ///   - statement: The SQL; parameters are written `$1`, `$2`, ….
    public init(
        _ title: String, file: String = #filePath, line: Int = #line, statement: () -> SQL
    ) {
        options = CheckOptions(file: file, line: line)
        self.title = title
        self.statement = statement()
    }

    public var columns: [String] { [] }

    public var sentence: String { "the catalog has all that \(title) names" }

    public var subject: String { Slug.make(title) }

    public func question(in context: CheckContext) -> Question { .statement(statement) }

    public func headline(_ measure: Measure, of table: TableName) -> String {
        "\(title) no longer fits the catalog"
    }

    public func specimens(in context: CheckContext) -> Specimens {
        let text = statement.readable
        let named = context.shapes.keys.sorted().first { text.contains("\($0)") }
        guard let named else { return .missing("its statement names no declared table") }
        return .made([
            Specimen(
                "gone", violating: ["ALTER TABLE \(named) RENAME TO assay_specimen"],
                boundary: ["ALTER TABLE \(named) ADD COLUMN assay_specimen integer"],
                violations: 1, ground: .ownSchema)
        ])
    }

    public static let documentation = KindDocumentation(
        kind: "resolvable",
        dimension: .consistency,
        summary: "A statement that other programs run still fits the catalog.",
        why: """
            A lookup that names a renamed column fails when it is first used, which is at night, in \
            production, and often behind an error handler that hides it.
            """,
        example: """
            Resolvable("the employee-range lookup") {
                "SELECT employee_range FROM core.company_employee_range WHERE domain = $1"
            }
            """,
        measures: """
            The statement is prepared and thrown away. What the database does not understand is the \
            finding, with the nearest name that exists.
            """,
        limits: "A statement that is put together at run time cannot be written here."
    )
}
