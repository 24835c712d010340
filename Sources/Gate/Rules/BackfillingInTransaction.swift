import Assay
import SQLSyntax

/// Rows that are changed in the transaction that has locked a table against everything.
struct BackfillingInTransaction: MigrationRule {
    static let statements = ModifiedRows.statements

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        guard let locked = state.lockedTable else { return [] }
        let changed = statement.syntax.modifications.first { change in
            let isMany = change.kind != .insert || ModifiedRows.insertsQuery(statement)
            return isMany
                && !state.isNew(ObjectName(schema: change.target.schema, change.target.name))
        }
        guard let changed else { return [] }
        return [
            Problem(
                "rows of \(changed.target) are changed while this transaction locks \(locked) against everything"
            )
        ]
    }

    static let documentation = RuleDocumentation(
        "backfilling-in-transaction", .error,
        summary: "Rows are filled in the transaction that changes the schema, under its lock.",
        why:
            "Nobody reads or writes the altered table until the last row is changed and the transaction is over.",
        instead:
            "Commit the change of the schema first, and fill the rows in batches in a migration of its own.",
        limits: "An INSERT of VALUES is few rows, and accepted.",
        refuses: [
            """
            BEGIN;
            ALTER TABLE core.companies ADD COLUMN country text;
            ⟪UPDATE core.companies SET country = 'NL' WHERE domain LIKE '%.nl'⟫;
            COMMIT
            """
        ],
        accepts: [
            """
            ALTER TABLE core.companies ADD COLUMN country text;
            UPDATE core.companies SET country = 'NL' WHERE domain LIKE '%.nl'
            """
        ])
}
