import Assay
import SQLSyntax

/// A constraint that is validated in the transaction that has added it.
struct ValidatingAtOnce: MigrationRule {
    static let statements = ["AlterTableStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        guard let table = statement.table, !state.isNew(table) else { return [] }
        return statement.commands.compactMap { command in
            guard command.type == "AT_ValidateConstraint", let name = command.name else {
                return nil
            }
            let isOwn = statement.constraints.contains { $0.name == name }
            guard isOwn || state.isWaitingInTransaction(name, of: table) else { return nil }
            return Problem(
                "\(name) is validated under the lock with which this transaction added it",
                at: .command(command.index))
        }
    }

    static let documentation = RuleDocumentation(
        "validating-at-once", .error,
        summary:
            "VALIDATE CONSTRAINT in the transaction that added the constraint gains nothing by NOT VALID.",
        why:
            "The lock that ADD CONSTRAINT took is held until COMMIT, so the rows are read under it all the same.",
        instead: "Commit after ADD CONSTRAINT … NOT VALID, and validate in a migration of its own.",
        limits: "Whether a runner opens a transaction is told from the layout of the folder.",
        refuses: [
            """
            BEGIN;
            ALTER TABLE core.companies ADD CONSTRAINT positive CHECK (employees > 0) NOT VALID;
            ALTER TABLE core.companies ⟪VALIDATE CONSTRAINT positive⟫;
            COMMIT
            """
        ],
        accepts: [
            """
            ALTER TABLE core.companies ADD CONSTRAINT positive CHECK (employees > 0) NOT VALID;
            ALTER TABLE core.companies VALIDATE CONSTRAINT positive
            """
        ])
}
