import Assay
import SQLSyntax

/// An exclusion constraint on a table that is in use.
struct AddingExclusion: MigrationRule {
    static let statements = ["AlterTableStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        statement.constraints.compactMap { constraint in
            guard constraint.type == "CONSTR_EXCLUSION", !state.isNew(constraint.table) else {
                return nil
            }
            return Problem(
                "adding an exclusion constraint to \(constraint.table) blocks reading and writing until "
                    + "its index is built", at: constraint.spot)
        }
    }

    static let documentation = RuleDocumentation(
        "adding-exclusion", .error,
        summary:
            "An exclusion constraint builds its index under ACCESS EXCLUSIVE, and there is no other way.",
        why:
            "EXCLUDE knows neither NOT VALID nor USING INDEX, so nobody uses the table until it is built.",
        instead:
            "Declare it when the table is made, or fill a new table that has it and exchange the two.",
        limits: "How long it takes depends on the table's size, which the text does not tell.",
        refuses: ["ALTER TABLE core.rooms ⟪ADD EXCLUDE USING gist (during WITH &&)⟫"],
        accepts: [
            "CREATE TABLE core.rooms (id bigint PRIMARY KEY, during tstzrange, EXCLUDE USING gist (during WITH &&))"
        ])
}
