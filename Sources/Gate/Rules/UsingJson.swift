import Assay
import SQLSyntax

/// A column of JSON text.
struct UsingJson: MigrationRule {
    static let statements = ["CreateStmt", "AlterTableStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        statement.columns.filter { $0.type.name == "json" }.map {
            Problem(
                "\($0.name) is json, which has no equality and is parsed at every look", at: $0.spot
            )
        }
    }

    static let documentation = RuleDocumentation(
        "using-json", .warning,
        summary: "A column of type json instead of jsonb.",
        why:
            "DISTINCT, UNION and GROUP BY over it fail, no index serves it, and each look parses the text again.",
        instead: "Use jsonb; it keeps neither spaces nor the order of keys.",
        limits: "Where the exact text matters, such as for a signature, text says so better.",
        refuses: ["CREATE TABLE core.events (id bigint PRIMARY KEY, ⟪payload json⟫)"],
        accepts: ["CREATE TABLE core.events (id bigint PRIMARY KEY, payload jsonb)"])
}
