import Assay
import SQLSyntax

/// A schema or database that is destroyed with what it holds.
struct DroppingSchema: MigrationRule {
    static let statements = ["DropStmt", "DropdbStmt"]
    static let judgesRoutines = true

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let node = statement.syntax.node
        if let database = node["dbname"].string {
            return [Problem("dropping the database \(database) destroys all that it holds")]
        }
        guard node["removeType"].string == "OBJECT_SCHEMA" else { return [] }
        return statement.dropped.filter { !state.madeSchemas.contains($0.name) }.map {
            Problem("dropping the schema \($0) destroys all that it holds")
        }
    }

    static let documentation = RuleDocumentation(
        "dropping-schema", .error,
        summary: "A dropped schema or database takes everything in it with it.",
        why: "Nothing but a backup restores it.",
        instead: "Drop what it holds one by one, each with its reason, and the empty schema last.",
        limits: "It does not see whether the schema is empty.",
        refuses: ["⟪DROP SCHEMA staging⟫", "⟪DROP DATABASE warehouse⟫"],
        accepts: [
            "-- assay:ignore dropping-schema empty since migration 41\nDROP SCHEMA staging RESTRICT"
        ])
}
