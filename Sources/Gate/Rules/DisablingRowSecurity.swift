import Assay
import SQLSyntax

/// A table whose policies hold no longer.
struct DisablingRowSecurity: MigrationRule {
    static let statements = ["AlterTableStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        guard let table = statement.table else { return [] }
        return statement.commands.compactMap { command in
            guard ["AT_DisableRowSecurity", "AT_NoForceRowSecurity"].contains(command.type) else {
                return nil
            }
            let isAll = command.type == "AT_DisableRowSecurity"
            return Problem(
                isAll
                    ? "every row of \(table) is open to whomever its grants let in"
                    : "the policies of \(table) no longer hold for its owner",
                at: .command(command.index), severity: isAll ? nil : .warning)
        }
    }

    static let documentation = RuleDocumentation(
        "disabling-row-security", .error,
        summary: "DISABLE ROW LEVEL SECURITY leaves a table's policies without effect.",
        why: "From COMMIT on, everybody who may SELECT sees everybody's rows.",
        instead: "Change the policies; a role that must see all rows is given BYPASSRLS.",
        limits: "It does not see whether the table has policies or who has grants.",
        refuses: ["ALTER TABLE core.notes ⟪DISABLE ROW LEVEL SECURITY⟫"],
        accepts: ["ALTER TABLE core.notes ENABLE ROW LEVEL SECURITY"])
}
