import Assay
import SQLSyntax

/// SQL that a DO block puts together while it runs.
struct RunningBuiltSql: MigrationRule {
    static let statements = ["DoStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let places = statement.unknown
        guard let first = places.first else { return [] }
        let start = first.offset - statement.syntax.location.offset
        let word = "execute".utf8.count
        let spot =
            start >= 0 && start + word <= statement.text.utf8.count
            ? Spot.bytes(start..<start + word) : .statement
        let more = places.count == 1 ? "" : ", and \(places.count - 1) more places,"
        return [
            Problem(
                "this place\(more) runs SQL that is built while it runs, which the text does not tell",
                at: spot)
        ]
    }

    static let documentation = RuleDocumentation(
        "running-built-sql", .warning,
        summary: "A DO block runs SQL that the text does not tell, so that no rule has judged it.",
        why: "Whatever the rules refuse can hide in it.",
        instead:
            "Write the statements out, or EXECUTE a constant; or let the migration run on a shadow.",
        limits: """
            EXECUTE of a constant is judged, and of a constant `format` too, with names in the place of its \
            values. Languages other than SQL and PL/pgSQL are not read.
            """,
        refuses: [
            """
            DO $$
            BEGIN
                ⟪EXECUTE⟫ (SELECT sql FROM core.todo);
            END $$
            """
        ],
        accepts: ["DO $$ BEGIN EXECUTE 'ANALYZE core.companies'; END $$"])
}
