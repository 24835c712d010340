import Assay
import SQLSyntax

/// A column that must have a value and is given none.
struct AddingRequiredColumn: MigrationRule {
    static let statements = ["AlterTableStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        statement.columns.compactMap { column in
            guard column.isRequired, column.defaultValue == nil, !column.isGenerated,
                !state.isNew(column.table)
            else { return nil }
            return Problem(
                "adding \(column.name) NOT NULL without a default fails where \(column.table) has a row",
                at: column.spot)
        }
    }

    static let documentation = RuleDocumentation(
        "adding-required-column", .error,
        summary: "A NOT NULL column without a default cannot be added to a table that has rows.",
        why: "The migration fails in production after it has passed on an empty database.",
        instead:
            "Give it a constant default, or add it nullable, fill it, and set it NOT NULL later.",
        limits: "It does not see whether the table is empty, nor a domain's own default.",
        refuses: ["ALTER TABLE core.companies ⟪ADD COLUMN country text NOT NULL⟫"],
        accepts: ["ALTER TABLE core.companies ADD COLUMN country text NOT NULL DEFAULT 'unknown'"])
}
