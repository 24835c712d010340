import Assay
import SQLSyntax

/// An index that is dropped under a lock that stops its table.
struct DroppingIndex: MigrationRule {
    static let statements = ["DropStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let node = statement.syntax.node
        guard node["removeType"].string == "OBJECT_INDEX", !node["concurrent"].isTrue else {
            return []
        }
        let indexes = statement.dropped.filter { !state.isNew($0) }
        guard let index = indexes.first else { return [] }
        let rewrite = indexes.map { "DROP INDEX CONCURRENTLY \($0.sql)" }.joined(separator: ";\n")
        return [
            Problem(
                "dropping the index \(index) stops its table for every query that runs and waits",
                rewrite: rewrite)
        ]
    }

    static let documentation = RuleDocumentation(
        "dropping-index", .error,
        summary: "DROP INDEX without CONCURRENTLY locks the index's table against everything.",
        why: "It waits for the longest query on the table, and everybody else waits behind it.",
        instead: "Drop it CONCURRENTLY, outside of a transaction, one index a statement.",
        limits: "An index that holds a constraint is dropped with the constraint, not so.",
        refuses: ["⟪DROP INDEX core.companies_domain⟫"],
        accepts: ["DROP INDEX CONCURRENTLY core.companies_domain"])
}
