import Assay
import SQLSyntax

/// A partition that is detached while nobody can use the whole table.
struct DetachingPartition: MigrationRule {
    static let statements = ["AlterTableStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        guard let table = statement.table, !state.isNew(table) else { return [] }
        return statement.commands.compactMap { command in
            guard command.type == "AT_DetachPartition",
                !command.definition["PartitionCmd"]["concurrent"].isTrue
            else { return nil }
            return Problem(
                "detaching a partition stops every query on \(table) that runs and waits",
                at: .command(command.index),
                help: state.version < 14
                    ? "Set lock_timeout and try again until it gets its lock; PostgreSQL "
                        + "\(state.version) has no DETACH PARTITION CONCURRENTLY." : nil,
                rewrite: state.version < 14 ? nil : statement.text + " CONCURRENTLY")
        }
    }

    static let documentation = RuleDocumentation(
        "detaching-partition", .error,
        summary:
            "DETACH PARTITION without CONCURRENTLY locks the whole partitioned table against everything.",
        why: "It waits for the longest query on any partition, and everybody else waits behind it.",
        instead: "DETACH PARTITION … CONCURRENTLY (since PostgreSQL 14), outside of a transaction.",
        limits: "A table with a default partition cannot detach CONCURRENTLY.",
        refuses: [
            "ALTER TABLE core.events ⟪DETACH PARTITION core.events_2019⟫",
            .init("ALTER TABLE core.events ⟪DETACH PARTITION core.events_2019⟫", version: 13),
        ],
        accepts: ["ALTER TABLE core.events DETACH PARTITION core.events_2019 CONCURRENTLY"])
}
