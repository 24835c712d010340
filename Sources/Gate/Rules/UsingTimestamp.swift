import Assay
import SQLSyntax

/// A column of times that belong to no zone.
struct UsingTimestamp: MigrationRule {
    static let statements = ["CreateStmt", "AlterTableStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        statement.columns.filter { $0.type.name == "timestamp" }.map {
            Problem("\($0.name) is a timestamp without time zone, which is no moment", at: $0.spot)
        }
    }

    static let documentation = RuleDocumentation(
        "using-timestamp", .warning,
        summary: "A column of type timestamp without time zone.",
        why:
            "What it means depends on who wrote it, and twice a year an hour is missing or there are two.",
        instead: "Use timestamptz, which takes the same eight bytes.",
        limits:
            "A time on a wall, such as of a shop's opening, is a timestamp; accept that with a comment.",
        refuses: ["ALTER TABLE core.companies ⟪ADD COLUMN seen_at timestamp⟫"],
        accepts: ["ALTER TABLE core.companies ADD COLUMN seen_at timestamptz"])
}
