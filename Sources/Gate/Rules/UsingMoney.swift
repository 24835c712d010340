import Assay
import SQLSyntax

/// A column of amounts that depend on the server's locale.
struct UsingMoney: MigrationRule {
    static let statements = ["CreateStmt", "AlterTableStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        statement.columns.filter { $0.type.name == "money" }.map {
            Problem(
                "\($0.name) is money, whose currency and digits are the server's lc_monetary",
                at: $0.spot)
        }
    }

    static let documentation = RuleDocumentation(
        "using-money", .warning,
        summary: "A column of type money.",
        why: "Another lc_monetary reads the same bytes as another amount in another currency.",
        instead: "Use numeric, and a column for the currency.",
        limits: "It looks at columns only.",
        refuses: ["CREATE TABLE core.invoices (id bigint PRIMARY KEY, ⟪total money⟫)"],
        accepts: ["CREATE TABLE core.invoices (id bigint PRIMARY KEY, total numeric(12, 2))"])
}
