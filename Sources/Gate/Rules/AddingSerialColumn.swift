import Assay
import SQLSyntax

/// A column that numbers all the rows there are.
struct AddingSerialColumn: MigrationRule {
    static let statements = ["AlterTableStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        statement.columns.compactMap { column in
            let isIdentity = column.constraint("CONSTR_IDENTITY") != nil
            guard column.type.isSerial || isIdentity, !state.isNew(column.table) else { return nil }
            let word = isIdentity ? "identity" : "serial"
            return Problem(
                "adding the \(word) column \(column.name) writes \(column.table) anew while nobody can use it",
                at: column.spot)
        }
    }

    static let documentation = RuleDocumentation(
        "adding-serial-column", .error,
        summary: "A serial or identity column writes the whole table anew when it is added.",
        why:
            "Each row is given a number, and nobody reads or writes the table until the last one has it.",
        instead:
            "Add a plain bigint, fill it in batches from a sequence, then make that its default.",
        limits: "How long it takes depends on the table's size, which the text does not tell.",
        refuses: [
            "ALTER TABLE core.companies ⟪ADD COLUMN number bigserial⟫",
            "ALTER TABLE core.companies ⟪ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY⟫",
        ],
        accepts: ["ALTER TABLE core.companies ADD COLUMN number bigint"])
}
