import Assay
import SQLSyntax

/// A primary key whose index is built while nobody can use the table.
struct AddingPrimaryKey: MigrationRule {
    static let statements = ["AlterTableStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        statement.constraints.compactMap { key in
            guard key.type == "CONSTR_PRIMARY", !key.usesIndex, !state.isNew(key.table) else {
                return nil
            }
            return Problem(
                "adding a primary key to \(key.table) blocks reading and writing until its index is built",
                at: key.spot, rewrite: key.builtBefore("PRIMARY KEY"))
        }
    }

    static let documentation = RuleDocumentation(
        "adding-primary-key", .error,
        summary: "A primary key that makes its own index builds it under ACCESS EXCLUSIVE.",
        why: "Nobody reads or writes the table until every row is read and sorted.",
        instead: """
            Create a unique index CONCURRENTLY, prove the columns NOT NULL, then ADD CONSTRAINT … PRIMARY KEY \
            USING INDEX.
            """,
        limits:
            "With USING INDEX, a column that is not yet NOT NULL is still read in whole under the lock.",
        refuses: ["ALTER TABLE core.companies ⟪ADD PRIMARY KEY (id)⟫"],
        accepts: [
            """
            CREATE UNIQUE INDEX CONCURRENTLY companies_pkey ON core.companies (id);
            ALTER TABLE core.companies ADD CONSTRAINT companies_pkey PRIMARY KEY USING INDEX companies_pkey
            """
        ])
}
