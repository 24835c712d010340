import Assay
import SQLSyntax

/// A partition whose rows are held against its bounds while it is locked.
struct AttachingPartition: MigrationRule {
    static let statements = ["AlterTableStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        statement.commands.compactMap { command in
            let partition = ObjectName(relation: command.definition["PartitionCmd"]["name"])
            guard command.type == "AT_AttachPartition", let partition, let table = statement.table,
                !state.isNew(partition)
            else { return nil }
            if state.version < 12, !state.isNew(table) {
                return Problem(
                    "attaching \(partition) blocks reading and writing \(table) before PostgreSQL 12",
                    at: .command(command.index))
            }
            guard !state.isChecked(partition) else { return nil }
            return Problem(
                "attaching \(partition) tests all its rows while nobody can read or write it",
                at: .command(command.index))
        }
    }

    static let documentation = RuleDocumentation(
        "attaching-partition", .error,
        summary:
            "ATTACH PARTITION tests every row of the partition, unless a CHECK proves the bounds.",
        why: "The new partition, and a default partition too, is read under ACCESS EXCLUSIVE.",
        instead:
            "Add a CHECK of the bounds to the partition NOT VALID, validate it, attach, and drop the CHECK.",
        limits:
            "Any validated CHECK that the migration made counts; whether it implies the bounds the shadow sees.",
        refuses: [
            "ALTER TABLE core.events ⟪ATTACH PARTITION core.events_2026 FOR VALUES FROM (2026) TO (2027)⟫",
            .init("ALTER TABLE core.events ⟪ATTACH PARTITION core.old DEFAULT⟫", version: 11),
        ],
        accepts: [
            """
            ALTER TABLE core.events_2026 ADD CONSTRAINT bounds CHECK (year = 2026) NOT VALID;
            ALTER TABLE core.events_2026 VALIDATE CONSTRAINT bounds;
            ALTER TABLE core.events ATTACH PARTITION core.events_2026 FOR VALUES FROM (2026) TO (2027)
            """
        ])
}
