import Assay
import SQLSyntax

/// A column that is destroyed with what it holds.
struct DroppingColumn: MigrationRule {
    static let statements = ["AlterTableStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        guard let table = statement.table, !state.isNew(table) else { return [] }
        return statement.commands.compactMap { command in
            guard command.type == "AT_DropColumn", let column = command.name,
                !state.isNewColumn(column, of: table)
            else { return nil }
            return Problem(
                "dropping \(table).\(column) destroys its values and breaks code that names it",
                at: .command(command.index))
        }
    }

    static let documentation = RuleDocumentation(
        "dropping-column", .error,
        summary: "A dropped column takes its values, its indexes and its constraints with it.",
        why:
            "No way back restores the values, and code that still selects or writes the column fails.",
        instead: """
            Release code that no longer names it first; then drop it, with a comment that accepts the finding \
            and says where its values are kept.
            """,
        limits: "Whether any code names the column is asked with `--code`, not here.",
        refuses: ["ALTER TABLE core.companies ⟪DROP COLUMN industry⟫"],
        accepts: [
            """
            -- assay:ignore dropping-column no code reads it since release 41; exported 2026-11-20
            ALTER TABLE core.companies DROP COLUMN industry
            """
        ])
}
