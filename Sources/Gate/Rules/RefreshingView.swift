import Assay
import SQLSyntax

/// A materialized view that nobody can read while it is filled anew.
struct RefreshingView: MigrationRule {
    static let statements = ["RefreshMatViewStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let node = statement.syntax.node
        guard let view = statement.table, !node["concurrent"].isTrue, !node["skipData"].isTrue,
            !state.isNew(view)
        else { return [] }
        return [
            Problem(
                "refreshing \(view) blocks reading it until its query is done",
                rewrite: statement.text(inserting: "CONCURRENTLY", behind: "view"))
        ]
    }

    static let documentation = RuleDocumentation(
        "refreshing-view", .error,
        summary:
            "REFRESH MATERIALIZED VIEW without CONCURRENTLY blocks reading while its query runs.",
        why: "It holds ACCESS EXCLUSIVE on the view for as long as its query takes.",
        instead: "Refresh it CONCURRENTLY; it needs a unique index on columns, without a WHERE.",
        limits:
            "A view that is not populated yet cannot be refreshed CONCURRENTLY; nobody can read it either.",
        refuses: ["⟪REFRESH MATERIALIZED VIEW core.totals⟫"],
        accepts: ["REFRESH MATERIALIZED VIEW CONCURRENTLY core.totals"])
}
