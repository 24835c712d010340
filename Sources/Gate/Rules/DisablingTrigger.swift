import Assay
import SQLSyntax

/// A trigger that does not see what changes meanwhile.
struct DisablingTrigger: MigrationRule {
    static let statements = ["AlterTableStmt", "VariableSetStmt"]
    static let judgesRoutines = true

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let node = statement.syntax.node
        if node["name"].string == "session_replication_role" {
            let value = node["args"][0]["A_Const"]["sval"]["sval"].string
            return value == "replica"
                ? [
                    Problem(
                        "session_replication_role = replica switches triggers and foreign keys off")
                ]
                : []
        }
        guard let table = statement.table, !state.isNew(table) else { return [] }
        return statement.commands.compactMap { command in
            switch command.type {
            case "AT_DisableTrig":
                Problem(
                    "the trigger \(command.name ?? "") of \(table) does not run for anybody until it is enabled",
                    at: .command(command.index))
            case "AT_DisableTrigAll", "AT_DisableTrigUser":
                Problem(
                    command.type == "AT_DisableTrigAll"
                        ? "no trigger and no foreign key of \(table) holds for anybody until they are enabled"
                        : "no trigger of \(table) runs for anybody until they are enabled",
                    at: .command(command.index))
            default: nil
            }
        }
    }

    static let documentation = RuleDocumentation(
        "disabling-trigger", .error,
        summary:
            "A disabled trigger is disabled for everybody, and what changes meanwhile it never sees.",
        why:
            "Journals, derived columns and, with ALL, foreign keys are wrong afterwards without a word.",
        instead: "Let the trigger look at a setting of the session that the migration sets LOCAL.",
        limits:
            "It does not see whether the trigger is enabled again before COMMIT; ACCESS waits until then.",
        refuses: [
            "ALTER TABLE core.companies ⟪DISABLE TRIGGER ALL⟫",
            "⟪SET session_replication_role = replica⟫",
        ],
        accepts: ["SET LOCAL app.is_migration = 'on'"])
}
