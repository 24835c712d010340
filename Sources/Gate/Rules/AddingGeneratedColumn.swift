import Assay
import SQLSyntax

/// A stored generated column, which is worked out for every row.
struct AddingGeneratedColumn: MigrationRule {
    static let statements = ["AlterTableStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        statement.columns.compactMap { column in
            guard column.constraint("CONSTR_GENERATED") != nil, !state.isNew(column.table) else {
                return nil
            }
            return Problem(
                "adding the generated column \(column.name) writes \(column.table) anew while nobody can use it",
                at: column.spot)
        }
    }

    static let documentation = RuleDocumentation(
        "adding-generated-column", .error,
        summary: "A stored generated column writes the whole table anew when it is added.",
        why:
            "Nobody reads or writes the table until every row and every index is written a second time.",
        instead:
            "Add a plain column that a trigger keeps, fill it in batches; or work it out in a view or index.",
        limits: "How long it takes depends on the table's size, which the text does not tell.",
        refuses: [
            "ALTER TABLE core.companies ⟪ADD COLUMN host text GENERATED ALWAYS AS (lower(domain)) STORED⟫"
        ],
        accepts: ["CREATE INDEX CONCURRENTLY by_host ON core.companies (lower(domain))"])
}
