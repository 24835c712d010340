import Assay
import SQLSyntax

/// A table that is destroyed with what it holds.
struct DroppingTable: MigrationRule {
    static let statements = ["DropStmt"]
    static let judgesRoutines = true

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let type = statement.syntax.node["removeType"].string ?? ""
        guard ["OBJECT_TABLE", "OBJECT_MATVIEW", "OBJECT_FOREIGN_TABLE"].contains(type) else {
            return []
        }
        let tables = statement.dropped.filter { !state.isNew($0) }
        guard !tables.isEmpty else { return [] }
        let names = tables.map(\.description).joined(separator: ", ")
        return [Problem("dropping \(names) destroys all rows and breaks code that names it")]
    }

    static let documentation = RuleDocumentation(
        "dropping-table", .error,
        summary: "A dropped table takes its rows, and foreign keys to it, with it.",
        why: "No way back restores the rows, and code that still names the table fails.",
        instead: """
            Release code that no longer names it first; rename it for a while; then drop it, with a comment \
            that accepts the finding and says where its rows are kept.
            """,
        limits: "Whether any code names the table is asked with `--code`, not here.",
        refuses: ["⟪DROP TABLE core.companies_old⟫"],
        accepts: [
            "CREATE TABLE scratch (id int PRIMARY KEY); DROP TABLE scratch",
            """
            -- assay:ignore dropping-table no code reads it since release 41; exported 2026-11-20
            DROP TABLE core.companies_old
            """,
        ])
}
