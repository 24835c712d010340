import Assay
import SQLSyntax

/// A second attempt at an index that takes the broken one of the first for it.
struct HidingInvalidIndex: MigrationRule {
    static let statements = ["IndexStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let node = statement.syntax.node
        guard node["concurrent"].isTrue, node["if_not_exists"].isTrue,
            let name = node["idxname"].string,
            !state.hasDroppedIndex(ObjectName(schema: statement.table?.schema, name))
        else { return [] }
        let index = ObjectName(schema: statement.table?.schema, name)
        return [
            Problem(
                "IF NOT EXISTS takes an invalid index \(name) of an earlier attempt for a good one",
                rewrite: "DROP INDEX CONCURRENTLY IF EXISTS \(index.sql);\n"
                    + statement.text(removing: ["if", "not", "exists"]))
        ]
    }

    static let documentation = RuleDocumentation(
        "hiding-invalid-index", .warning,
        summary:
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS passes over the index that an earlier attempt left.",
        why: """
            A concurrent build that fails leaves an invalid index of that name, which costs every write and \
            serves no query; a unique one guards nothing.
            """,
        instead:
            "Drop the index IF EXISTS first, CONCURRENTLY, and create it without IF NOT EXISTS.",
        limits: "It does not see whether there is such an index.",
        refuses: ["⟪CREATE INDEX CONCURRENTLY IF NOT EXISTS by_domain ON core.companies (domain)⟫"],
        accepts: [
            """
            DROP INDEX CONCURRENTLY IF EXISTS core.by_domain;
            CREATE INDEX CONCURRENTLY IF NOT EXISTS by_domain ON core.companies (domain)
            """
        ])
}
