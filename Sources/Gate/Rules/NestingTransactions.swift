import Assay
import SQLSyntax

/// A script that begins or ends a transaction that is not its own.
struct NestingTransactions: MigrationRule {
    static let statements = ["TransactionStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        switch statement.syntax.kind {
        case .begin, .startTransaction:
            guard state.isInTransaction else { return [] }
            let opener = state.isWrapped ? "the runner" : "an earlier BEGIN"
            return [Problem("this BEGIN does nothing, because \(opener) has begun the transaction")]
        case .commit, .rollback:
            if state.isWrapped {
                return [
                    Problem(
                        "this \(statement.syntax.kind) ends the runner's transaction, and what follows runs in none"
                    )
                ]
            }
            guard !state.isInTransaction else { return [] }
            return [
                Problem(
                    "this \(statement.syntax.kind) ends nothing, because no transaction is open")
            ]
        default: return []
        }
    }

    static let documentation = RuleDocumentation(
        "nesting-transactions", .error,
        summary: "A migration begins a transaction in one, or ends one that is not its own.",
        why:
            "What was to be undone together is not: after COMMIT a failure leaves half of the migration behind.",
        instead: "Leave transactions to the runner, or tell it to open none for this migration.",
        limits: "Whether a runner opens a transaction is told from the layout of the folder.",
        refuses: [
            .init("⟪BEGIN⟫; SELECT 1; ⟪COMMIT⟫", isInTransaction: true), "BEGIN; ⟪BEGIN⟫; COMMIT",
        ],
        accepts: ["BEGIN; SELECT 1; COMMIT"])
}
