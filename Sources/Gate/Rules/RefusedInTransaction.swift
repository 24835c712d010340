import Assay
import SQLSyntax

/// A statement that PostgreSQL refuses to run where the migration runs it.
struct RefusedInTransaction: MigrationRule {
    static let statements = [MigrationRules.anyStatement]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let isInside = state.isInTransaction || statement.origin == .block
        guard isInside, statement.syntax.cannotRunInTransaction else { return [] }
        let words = statement.isConcurrent ? " CONCURRENTLY" : ""
        let place =
            statement.origin == .block
            ? "a DO block is one" : state.isWrapped ? "the runner opens one" : "BEGIN opened one"
        return [
            Problem("\(statement.syntax.kind)\(words) cannot run in a transaction, and \(place)")
        ]
    }

    static let documentation = RuleDocumentation(
        "refused-in-transaction", .error,
        summary: "A statement that cannot run in a transaction stands in one.",
        why: "PostgreSQL refuses it, and the migration ends there.",
        instead: """
            Give it a migration of its own, and tell the runner to open no transaction for that \
            (Diesel's run_in_transaction = false, goose's NO TRANSACTION, dbmate's transaction:false).
            """,
        limits: "Whether a runner opens a transaction is told from the layout of the folder.",
        refuses: [
            "BEGIN; ⟪CREATE INDEX CONCURRENTLY ON core.companies (domain)⟫; COMMIT",
            .init("⟪DROP INDEX CONCURRENTLY core.by_domain⟫", isInTransaction: true),
            .init("⟪VACUUM core.companies⟫", isInTransaction: true),
        ],
        accepts: ["CREATE INDEX CONCURRENTLY ON core.companies (domain)"])
}
