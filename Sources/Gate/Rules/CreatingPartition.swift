import Assay
import SQLSyntax

/// A partition that is made in place, under a lock of the whole table.
struct CreatingPartition: MigrationRule {
    static let statements = ["CreateStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let node = statement.syntax.node
        guard !node["partbound"].isNull, let table = statement.table,
            let parent = ObjectName(relation: node["inhRelations"][0]["RangeVar"]),
            !state.isNew(parent)
        else { return [] }
        return [
            Problem("creating the partition \(table) in place locks \(parent) against everything")
        ]
    }

    static let documentation = RuleDocumentation(
        "creating-partition", .warning,
        summary: "CREATE TABLE … PARTITION OF takes ACCESS EXCLUSIVE on the partitioned table.",
        why: "It waits for the longest query on any partition, and everybody else waits behind it.",
        instead:
            "Create the table LIKE its parent, then ATTACH PARTITION, which lets reading and writing go on.",
        limits: "A default partition is read in both ways, unless a CHECK rules the new rows out.",
        refuses: [
            "⟪CREATE TABLE core.events_2027 PARTITION OF core.events FOR VALUES FROM (2027) TO (2028)⟫"
        ],
        accepts: [
            """
            CREATE TABLE core.events_2027 (LIKE core.events INCLUDING ALL);
            ALTER TABLE core.events ATTACH PARTITION core.events_2027 FOR VALUES FROM (2027) TO (2028)
            """
        ])
}
