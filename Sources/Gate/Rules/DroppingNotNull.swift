import Assay
import SQLSyntax

/// A promise of values that readers may count on.
struct DroppingNotNull: MigrationRule {
    static let statements = ["AlterTableStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        guard let table = statement.table, !state.isNew(table) else { return [] }
        return statement.commands.compactMap { command in
            guard command.type == "AT_DropNotNull", let column = command.name else { return nil }
            return Problem(
                "\(table).\(column) may be null from now on, which code that reads it may not expect",
                at: .command(command.index))
        }
    }

    static let documentation = RuleDocumentation(
        "dropping-not-null", .warning,
        summary: "DROP NOT NULL lets nulls into a column that readers take for filled.",
        why: "Code that decodes the column as required fails at the first null, far from here.",
        instead:
            "Release readers that accept null first; say so in a comment that accepts the finding.",
        limits: "It does not see who reads the column.",
        refuses: ["ALTER TABLE core.companies ⟪ALTER domain DROP NOT NULL⟫"],
        accepts: ["ALTER TABLE core.companies ALTER domain SET DEFAULT ''"])
}
