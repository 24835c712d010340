import Assay
import SQLSyntax

/// An index that is built while nobody can write to its table.
struct CreatingIndex: MigrationRule {
    static let statements = ["IndexStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let node = statement.syntax.node
        // ON ONLY makes the index of a partitioned table without those of its partitions: no rows.
        guard let table = statement.table, !node["concurrent"].isTrue, !state.isNew(table),
            node["relation"]["inh"].isTrue
        else { return [] }
        return [
            Problem(
                "creating an index on \(table) blocks writing until all its rows are read",
                rewrite: statement.text(inserting: "CONCURRENTLY", behind: "index"))
        ]
    }

    static let documentation = RuleDocumentation(
        "creating-index", .error,
        summary: "CREATE INDEX without CONCURRENTLY blocks writing while the index is built.",
        why:
            "It holds SHARE until every row is read, so that INSERT, UPDATE and DELETE wait as long.",
        instead: "Build it CONCURRENTLY, outside of a transaction, and look whether it is valid.",
        limits: """
            A partitioned table takes no CONCURRENTLY: make the index ON ONLY the parent, then one on each \
            partition CONCURRENTLY, and attach them. The text does not tell which tables are partitioned.
            """,
        refuses: ["⟪CREATE INDEX companies_domain ON core.companies (domain)⟫"],
        accepts: [
            "CREATE INDEX CONCURRENTLY companies_domain ON core.companies (domain)",
            "CREATE TABLE core.tags (id bigint PRIMARY KEY, name text); CREATE INDEX ON core.tags (name)",
        ])
}
