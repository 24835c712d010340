import Assay
import SQLSyntax

/// A transaction that a script begins and does not end.
struct LeavingTransactionOpen: MigrationRule {
    static let statements = ["TransactionStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let ends: [StatementKind] = [.commit, .rollback, .prepareTransaction]
        guard [.begin, .startTransaction].contains(statement.syntax.kind), !state.isInTransaction,
            !state.sequel.all.contains(where: { ends.contains($0.syntax.kind) })
        else { return [] }
        return [Problem("this transaction is never committed, so that nothing of it stays")]
    }

    static let documentation = RuleDocumentation(
        "leaving-transaction-open", .error,
        summary: "A migration begins a transaction and does not end it.",
        why:
            "The runner's connection closes, all of it is rolled back, and the migration counts as done.",
        instead: "End it with COMMIT.",
        limits: "A COMMIT in a procedure that is called is not seen.",
        refuses: ["⟪BEGIN⟫; CREATE TABLE core.tags (id bigint PRIMARY KEY)"],
        accepts: ["BEGIN; CREATE TABLE core.tags (id bigint PRIMARY KEY); COMMIT"])
}
