import Assay
import SQLSyntax

/// A command that writes a whole table anew.
struct RewritingTable: MigrationRule {
    static let statements = ["ClusterStmt", "VacuumStmt", "AlterTableStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let table = statement.table
        switch statement.syntax.nodeType {
        case "ClusterStmt":
            guard !state.isNew(table) else { return [] }
            return [Problem(message("CLUSTER", table))]
        case "VacuumStmt":
            guard statement.isFullVacuum else { return [] }
            let first = statement.syntax.node["rels"][0]["VacuumRelation"]["relation"]
            return [Problem(message("VACUUM FULL", ObjectName(relation: first)))]
        default:
            guard !state.isNew(table) else { return [] }
            return statement.commands.compactMap { command in
                words[command.type].map { Problem(message($0, table), at: .command(command.index)) }
            }
        }
    }

    private static let words = [
        "AT_SetLogged": "SET LOGGED", "AT_SetUnLogged": "SET UNLOGGED",
        "AT_SetTableSpace": "SET TABLESPACE", "AT_SetAccessMethod": "SET ACCESS METHOD",
    ]

    private static func message(_ command: String, _ table: ObjectName?) -> String {
        let what = table.map { "\($0)" } ?? "every table"
        return "\(command) writes \(what) anew while nobody can read or write it"
    }

    static let documentation = RuleDocumentation(
        "rewriting-table", .error,
        summary:
            "CLUSTER, VACUUM FULL and moves of storage copy the whole table under ACCESS EXCLUSIVE.",
        why:
            "Nobody reads or writes the table until every row and every index is written a second time.",
        instead:
            "Use pg_repack or pg_squeeze, which copy beside the work, or do it in a maintenance window.",
        limits: "How long it takes depends on the table's size, which the text does not tell.",
        refuses: [
            "⟪VACUUM FULL core.companies⟫", "⟪CLUSTER core.companies USING by_domain⟫",
            "ALTER TABLE core.companies ⟪SET UNLOGGED⟫",
        ],
        accepts: ["VACUUM (ANALYZE) core.companies"])
}
