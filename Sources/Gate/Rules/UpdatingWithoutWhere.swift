import Assay
import SQLSyntax

/// An UPDATE of every row there is.
struct UpdatingWithoutWhere: MigrationRule {
    static let statements = ModifiedRows.statements
    static let judgesRoutines = true

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        ModifiedRows.unlimited(.update, in: statement, state).map {
            Problem(
                statement.syntax.nodeType == "MergeStmt"
                    ? "this MERGE joins by no column and so changes every row of \($0)"
                    : "this UPDATE has no WHERE and so changes every row of \($0)")
        }
    }

    static let documentation = RuleDocumentation(
        "updating-without-where", .error,
        summary: "An UPDATE without WHERE changes every row.",
        why:
            "It is often meant for some; each row is locked and written anew until the transaction is over.",
        instead:
            "Say which rows; write WHERE true where all are meant, and go in batches where they are many.",
        limits: "A WHERE that is true of every row is taken as meant.",
        refuses: [
            "⟪UPDATE core.companies SET source = 'manual'⟫",
            """
            CREATE FUNCTION core.tidy() RETURNS void LANGUAGE plpgsql AS $$
            BEGIN
                ⟪UPDATE core.companies SET source = 'manual'⟫;
            END $$
            """,
        ],
        accepts: [
            "UPDATE core.companies SET source = 'manual' WHERE source IS NULL",
            "UPDATE core.companies SET source = 'manual' WHERE true",
        ])
}
