import Assay
import SQLSyntax

/// A table whose rows nothing tells apart.
struct CreatingWithoutKey: MigrationRule {
    static let statements = ["CreateStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let node = statement.syntax.node
        guard let table = statement.table, node["relation"]["relpersistence"].string == "p",
            node["inhRelations"].array.isEmpty, node["ofTypename"].isNull,
            !node["tableElts"].array.contains(where: { !$0["TableLikeClause"].isNull }),
            !makesKey(statement, table, state),
            !state.sequel.about(table.name).contains(where: { makesKey($0, table, state) })
        else { return [] }
        return [Problem("\(table) has no primary key", at: .statement)]
    }

    private static func makesKey(
        _ statement: MigrationStatement, _ table: ObjectName, _ state: MigrationState
    ) -> Bool {
        statement.constraints.contains {
            $0.type == "CONSTR_PRIMARY" && state.key($0.table) == state.key(table)
        }
    }

    static let documentation = RuleDocumentation(
        "creating-without-key", .warning,
        summary: "A table without a primary key.",
        why:
            "Two equal rows cannot be told apart or mended one by one, and logical replication refuses updates.",
        instead: "Give it one; where nothing is unique, bigint GENERATED ALWAYS AS IDENTITY.",
        limits: "Temporary tables, partitions, and tables LIKE others are left out.",
        refuses: ["⟪CREATE TABLE core.tags (name text)⟫"],
        accepts: ["CREATE TABLE core.tags (name text PRIMARY KEY)"])
}
