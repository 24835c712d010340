import Assay
import SQLSyntax

/// A function or procedure that code may call, and that does not come back.
struct DroppingRoutine: MigrationRule {
    static let statements = ["DropStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let type = statement.syntax.node["removeType"].string ?? ""
        let words = [
            "OBJECT_FUNCTION": "function", "OBJECT_PROCEDURE": "procedure",
            "OBJECT_ROUTINE": "routine", "OBJECT_AGGREGATE": "aggregate",
        ]
        guard let word = words[type] else { return [] }
        let routines = statement.dropped.filter { routine in
            !state.isNewRoutine(routine)
                && !state.sequel.about(routine.name).contains {
                    ObjectName(parts: $0.syntax.node["funcname"].names).map(state.key)
                        == state.key(routine)
                }
        }
        return routines.map { Problem("dropping the \(word) \($0) breaks code that calls it") }
    }

    static let documentation = RuleDocumentation(
        "dropping-routine", .warning,
        summary: "A dropped function or procedure is gone for all code that calls it.",
        why:
            "Triggers, defaults, views and clients that call it fail, some of them only when they run.",
        instead:
            "Release code that no longer calls it first; to change it, create it again in the same migration.",
        limits: "It does not tell overloads of one name apart.",
        refuses: ["⟪DROP FUNCTION core.tidy(text)⟫"],
        accepts: [
            "DROP FUNCTION core.tidy(text); CREATE FUNCTION core.tidy(t text) RETURNS text LANGUAGE sql AS 'SELECT lower(t)'"
        ])
}
