import Assay
import SQLSyntax

/// A table that is emptied.
struct Truncating: MigrationRule {
    static let statements = ["TruncateStmt"]
    static let judgesRoutines = true

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let tables = statement.syntax.targets.map { ObjectName(schema: $0.schema, $0.name) }
            .filter { !state.isNew($0) }
        guard !tables.isEmpty else { return [] }
        let names = tables.map(\.description).joined(separator: ", ")
        return [
            Problem(
                "truncating \(names) destroys all rows, without triggers and under ACCESS EXCLUSIVE"
            )
        ]
    }

    static let documentation = RuleDocumentation(
        "truncating", .error,
        summary: "TRUNCATE destroys all rows of a table, and no trigger or journal sees it.",
        why: "No way back restores the rows, and nobody reads or writes the table meanwhile.",
        instead:
            "DELETE … WHERE, in batches; or accept it with a comment that says why the rows may go.",
        limits: "It does not see whether the table is empty.",
        refuses: ["⟪TRUNCATE core.companies⟫"],
        accepts: ["DELETE FROM core.companies WHERE source = 'test'"])
}
