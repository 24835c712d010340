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
        let named = context.shapes.keys.filter { text.contains("\($0)") }.sorted()
        guard let table = named.first(where: { $0 != context.table }) ?? named.first else {
            return .missing("its statement names no declared table")
        }
        // The check's own table is counted; only its columns may go.
        let isOwn = table == context.table
        let columns = context.shapes[table]?.columns.map(\.name) ?? []
        let gone: [Specimen.Step] =
            isOwn
            ? columns.enumerated().map { number, name in
                """
                ALTER TABLE \(table) RENAME COLUMN \(identifier: name) \
                TO \(identifier: "assay_\(number)")
                """
            } : ["ALTER TABLE \(table) RENAME TO assay_specimen"]
        var specimen = Specimen(
            "gone", violating: gone,
            boundary: ["ALTER TABLE \(table) ADD COLUMN assay_specimen integer"], violations: 1,
            ground: .ownSchema)
        // `SELECT *` fits any columns.
        specimen.isGuess = isOwn
        return .made([specimen])
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
