import Assay
import SQLSyntax

/// Work that goes on while a table is locked against everything.
struct WorkingUnderLock: MigrationRule {
    static let statements = [
        "AlterTableStmt", "IndexStmt", "RefreshMatViewStmt", "CreateTableAsStmt", "RenameStmt",
        "DropStmt", "ReindexStmt",
    ]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        // What says CONCURRENTLY is refused here, which another rule tells.
        guard let locked = state.lockedTable, !statement.isConcurrent else { return [] }
        if readsRows(statement, state) {
            return [
                Problem(
                    "this reads a table while the transaction locks \(locked) against everything")
            ]
        }
        let others = statement.locks(version: state.version).filter {
            $0.level == .accessExclusive && !state.isNew($0.table)
                && !state.isHeld($0.table)
        }
        // One is told, so that a long migration does not repeat itself.
        guard let other = others.first, state.heldTables == 1 else { return [] }
        return [
            Problem(
                "locking \(other.table) too, while \(locked) stays locked, waits for both and may deadlock"
            )
        ]
    }

    /// Whether it takes as long as a table has rows.
    private static func readsRows(_ statement: MigrationStatement, _ state: MigrationState) -> Bool
    {
        switch statement.syntax.nodeType {
        case "IndexStmt", "RefreshMatViewStmt", "ReindexStmt": return !state.isNew(statement.table)
        case "CreateTableAsStmt": return !statement.syntax.node["into"]["skipData"].isTrue
        case "AlterTableStmt":
            guard !state.isNew(statement.table) else { return false }
            return statement.commands.contains { $0.type == "AT_ValidateConstraint" }
        default: return false
        }
    }

    static let documentation = RuleDocumentation(
        "working-under-lock", .warning,
        summary:
            "More work follows in a transaction that already locks a table against everything.",
        why:
            "The lock is held until COMMIT, so everybody waits for all of the work, and two such locks may deadlock.",
        instead: "Commit after each statement that takes ACCESS EXCLUSIVE: a migration each.",
        limits: "Of several tables that are locked one after the other, the second is told.",
        refuses: [
            """
            BEGIN;
            ALTER TABLE core.companies ADD COLUMN country text;
            ⟪CREATE INDEX ON core.companies (country)⟫;
            COMMIT
            """,
            """
            BEGIN;
            ALTER TABLE core.companies ADD COLUMN country text;
            ⟪ALTER TABLE core.people ADD COLUMN country text⟫;
            COMMIT
            """,
        ],
        accepts: [
            "ALTER TABLE core.companies ADD COLUMN country text; ALTER TABLE core.people ADD COLUMN country text"
        ])
}
