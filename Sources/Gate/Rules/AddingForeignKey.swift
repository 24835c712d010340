import Assay
import SQLSyntax

/// A foreign key that is held against all rows while two tables are locked.
struct AddingForeignKey: MigrationRule {
    static let statements = ["AlterTableStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        statement.constraints.compactMap { key in
            guard key.type == "CONSTR_FOREIGN", !key.isNotValid, !state.isNew(key.table) else {
                return nil
            }
            // Without a value in the rows that are there, PostgreSQL does not look at them.
            if case .newColumn(hasValue: false) = key.origin { return nil }
            let other = key.referenced.map { " and \($0)" } ?? ""
            return Problem(
                "adding a foreign key blocks writing to \(key.table)\(other) until every row is looked up",
                at: key.spot, rewrite: statement.addedInTwoSteps(key))
        }
    }

    static let documentation = RuleDocumentation(
        "adding-foreign-key", .error,
        summary:
            "A foreign key without NOT VALID looks every row up while both tables take no writes.",
        why: "It holds SHARE ROW EXCLUSIVE on both tables for as long as the rows are looked up.",
        instead:
            "Add it NOT VALID, then VALIDATE CONSTRAINT in a later transaction, which lets writes go on.",
        limits: """
            A foreign key from a partitioned table cannot be NOT VALID before PostgreSQL 18. A new column \
            without a default is not looked at by PostgreSQL, and so not refused.
            """,
        refuses: [
            """
            ALTER TABLE core.people ⟪ADD CONSTRAINT people_company FOREIGN KEY (company_id) \
            REFERENCES core.companies (id)⟫
            """
        ],
        accepts: [
            """
            ALTER TABLE core.people ADD CONSTRAINT people_company FOREIGN KEY (company_id)
                REFERENCES core.companies (id) NOT VALID;
            ALTER TABLE core.people VALIDATE CONSTRAINT people_company
            """,
            "ALTER TABLE core.people ADD COLUMN company_id bigint REFERENCES core.companies (id)",
        ])
}
