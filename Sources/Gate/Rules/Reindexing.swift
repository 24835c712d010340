import Assay
import SQLSyntax

/// An index that is built anew while nobody can write to its table.
struct Reindexing: MigrationRule {
    static let statements = ["ReindexStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        guard !statement.isConcurrentReindex, !state.isNew(statement.table) else { return [] }
        let what = statement.table?.description ?? statement.syntax.node["name"].string ?? "all"
        return [
            Problem(
                "reindexing \(what) blocks writing, and reading by its indexes, until it is done",
                help: state.version < 12
                    ? "Create a second index CONCURRENTLY, drop the first and rename; this server "
                        + "has no REINDEX CONCURRENTLY."
                    : nil,
                rewrite: state.version < 12
                    ? nil : statement.text(inserting: "CONCURRENTLY", behindWord: 1))
        ]
    }

    static let documentation = RuleDocumentation(
        "reindexing", .error,
        summary:
            "REINDEX without CONCURRENTLY blocks writing to the table while indexes are built.",
        why:
            "It holds SHARE on the table and ACCESS EXCLUSIVE on each index, which stops most plans too.",
        instead: "REINDEX … CONCURRENTLY (since PostgreSQL 12), outside of a transaction.",
        limits: "System catalogs have no REINDEX CONCURRENTLY.",
        refuses: [
            "⟪REINDEX TABLE core.companies⟫", .init("⟪REINDEX INDEX core.by_domain⟫", version: 11),
        ],
        accepts: ["REINDEX TABLE CONCURRENTLY core.companies"])
}
