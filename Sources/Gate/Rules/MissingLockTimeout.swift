import Assay
import SQLSyntax

/// A lock for which a migration may wait for ever, with everybody behind it.
struct MissingLockTimeout: MigrationRule {
    static let statements = [MigrationRules.anyStatement]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        guard !state.hasLockTimeout, !state.hasWaited else { return [] }
        let lock = statement.locks(version: state.version).first {
            $0.level >= .share && !state.isNew($0.table)
        }
        guard let lock else { return [] }
        return [
            Problem(
                "waiting for \(lock.level.name) on \(lock.table) without a lock_timeout makes all others wait too",
                rewrite: "SET \(state.isInTransaction ? "LOCAL " : "")lock_timeout = '2s';\n"
                    + statement.text)
        ]
    }

    static let documentation = RuleDocumentation(
        "missing-lock-timeout", .warning,
        summary: "A migration locks a table that is in use, and no lock_timeout ends its waiting.",
        why:
            "While it waits for one long query, every other query on the table waits behind it: an outage.",
        instead:
            "SET lock_timeout = '2s' before the first lock, and run the migration again where it gives up.",
        limits: """
            A timeout of more than a minute is none: that is an outage too. One that the role or the runner \
            sets is not seen; then accept it in the baseline.
            """,
        refuses: [
            "⟪ALTER TABLE core.companies ADD COLUMN country text⟫",
            "SET lock_timeout = '1h'; ⟪ALTER TABLE core.companies ADD COLUMN country text⟫",
        ],
        accepts: ["SET lock_timeout = '2s'; ALTER TABLE core.companies ADD COLUMN country text"])
}
