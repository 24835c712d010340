import Assay
import SQLSyntax

/// A DELETE of every row there is.
struct DeletingWithoutWhere: MigrationRule {
    static let statements = ModifiedRows.statements
    static let judgesRoutines = true

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        ModifiedRows.unlimited(.delete, in: statement, state).map {
            Problem(
                statement.syntax.nodeType == "MergeStmt"
                    ? "this MERGE joins by no column and so deletes every row of \($0)"
                    : "this DELETE has no WHERE and so destroys every row of \($0)")
        }
    }

    static let documentation = RuleDocumentation(
        "deleting-without-where", .error,
        summary: "A DELETE without WHERE destroys every row.",
        why: "It is often meant for some, and no way back restores the rows.",
        instead:
            "Say which rows; write WHERE true where all are meant, and go in batches where they are many.",
        limits: "A WHERE that is true of every row is taken as meant.",
        refuses: [
            "⟪DELETE FROM core.companies⟫",
            "⟪MERGE INTO core.companies USING core.people ON true WHEN MATCHED THEN DELETE⟫",
            "⟪PREPARE p AS DELETE FROM core.companies⟫; EXECUTE p",
            """
            CREATE FUNCTION core.tidy() RETURNS void LANGUAGE sql BEGIN ATOMIC
                ⟪DELETE FROM core.companies⟫;
            END
            """,
            "⟪WITH gone AS (DELETE FROM core.people RETURNING id) SELECT count(*) FROM gone⟫",
        ],
        accepts: ["DELETE FROM core.companies WHERE source = 'test'"])
}
