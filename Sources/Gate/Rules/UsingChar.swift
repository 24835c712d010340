import Assay
import SQLSyntax

/// A column of texts that are filled with spaces.
struct UsingChar: MigrationRule {
    static let statements = ["CreateStmt", "AlterTableStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        statement.columns.filter { $0.type.name == "bpchar" }.map {
            Problem(
                "\($0.name) is \($0.type), which fills up with spaces and compares without them",
                at: $0.spot)
        }
    }

    static let documentation = RuleDocumentation(
        "using-char", .warning,
        summary: "A column of type char(n).",
        why:
            "Values are filled with spaces that count in LIKE and length on some paths and not on others.",
        instead: "Use text, with a CHECK of its length where that matters.",
        limits: "A code of fixed length is often char; text with a CHECK says the same.",
        refuses: ["CREATE TABLE core.countries (id bigint PRIMARY KEY, ⟪code char(2)⟫)"],
        accepts: [
            "CREATE TABLE core.countries (id bigint PRIMARY KEY, code text CHECK (length(code) = 2))"
        ])
}
