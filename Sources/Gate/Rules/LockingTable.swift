import Assay
import SQLSyntax

/// A lock that is taken by hand.
struct LockingTable: MigrationRule {
    static let statements = ["LockStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let locks = statement.locks(version: state.version).filter {
            $0.level >= .share && !state.isNew($0.table)
        }
        return locks.prefix(1).map {
            Problem(
                "LOCK TABLE lets nobody \($0.level.blocked) \($0.table) until the transaction is over"
            )
        }
    }

    static let documentation = RuleDocumentation(
        "locking-table", .warning,
        summary:
            "LOCK TABLE stops others until the transaction is over, whatever it does meanwhile.",
        why:
            "Everybody waits for all of the work that follows, not only for the part that needs the lock.",
        instead:
            "Let each statement take the lock that it needs; or set a lock_timeout, and do little under it.",
        limits: "It does not see how long what follows takes.",
        refuses: ["BEGIN; ⟪LOCK TABLE core.companies⟫; COMMIT"],
        accepts: ["BEGIN; LOCK TABLE core.companies IN ROW EXCLUSIVE MODE; COMMIT"])
}
