import Assay
import SQLSyntax

/// A check that is held against all rows while nobody can read them.
struct AddingCheck: MigrationRule {
    static let statements = ["AlterTableStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        statement.constraints.compactMap { check in
            guard check.type == "CONSTR_CHECK", !check.isNotValid, !state.isNew(check.table) else {
                return nil
            }
            return Problem(
                "adding a check to \(check.table) blocks reading and writing until every row is tested",
                at: check.spot, rewrite: statement.addedInTwoSteps(check))
        }
    }

    static let documentation = RuleDocumentation(
        "adding-check", .error,
        summary: "A CHECK without NOT VALID tests every row under ACCESS EXCLUSIVE.",
        why: "Nobody reads or writes the table until the last row is tested.",
        instead:
            "Add it NOT VALID, then VALIDATE CONSTRAINT in a later transaction, which lets work go on.",
        limits: "Also a check on a new column is tested against every row.",
        refuses: [
            "ALTER TABLE core.companies ⟪ADD CONSTRAINT positive CHECK (employees > 0)⟫",
            "ALTER TABLE core.companies ⟪ADD COLUMN employees int CHECK (employees > 0)⟫",
        ],
        accepts: [
            """
            ALTER TABLE core.companies ADD CONSTRAINT positive CHECK (employees > 0) NOT VALID;
            ALTER TABLE core.companies VALIDATE CONSTRAINT positive
            """
        ])
}
