import Assay
import SQLSyntax

/// A unique constraint whose index is built while nobody can use the table.
struct AddingUnique: MigrationRule {
    static let statements = ["AlterTableStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        statement.constraints.compactMap { key in
            guard key.type == "CONSTR_UNIQUE", !key.usesIndex, !state.isNew(key.table) else {
                return nil
            }
            return Problem(
                "adding a unique constraint to \(key.table) blocks reading and writing until its index is built",
                at: key.spot, rewrite: key.builtBefore("UNIQUE"))
        }
    }

    static let documentation = RuleDocumentation(
        "adding-unique", .error,
        summary: "A unique constraint that makes its own index builds it under ACCESS EXCLUSIVE.",
        why: "Nobody reads or writes the table until every row is read and sorted.",
        instead: "Create a unique index CONCURRENTLY, then ADD CONSTRAINT … UNIQUE USING INDEX.",
        limits: "It does not see whether the values are unique; the shadow counts them.",
        refuses: [
            "ALTER TABLE core.companies ⟪ADD CONSTRAINT one_domain UNIQUE (domain)⟫",
            "ALTER TABLE core.companies ⟪ADD COLUMN slug text UNIQUE⟫",
        ],
        accepts: [
            """
            CREATE UNIQUE INDEX CONCURRENTLY one_domain ON core.companies (domain);
            ALTER TABLE core.companies ADD CONSTRAINT one_domain UNIQUE USING INDEX one_domain
            """
        ])
}
