import Assay
import SQLSyntax

/// A view that code may read, and that does not come back.
struct DroppingView: MigrationRule {
    static let statements = ["DropStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        guard statement.syntax.node["removeType"].string == "OBJECT_VIEW" else { return [] }
        let views = statement.dropped.filter { view in
            !state.isNew(view)
                && !state.sequel.about(view.name).contains {
                    ObjectName(relation: $0.syntax.node["view"]).map(state.key) == state.key(view)
                }
        }
        guard !views.isEmpty else { return [] }
        return [
            Problem(
                "dropping \(views.map(\.description).joined(separator: ", ")) breaks code that reads it"
            )
        ]
    }

    static let documentation = RuleDocumentation(
        "dropping-view", .warning,
        summary: "A dropped view is gone for all code that reads it.",
        why: "Between the migration and the last process of the old code, every query on it fails.",
        instead:
            "Release code that no longer reads it first; to change it, create it again in the same migration.",
        limits:
            "Grants on the view go with it, also where it is created again; CREATE OR REPLACE keeps them.",
        refuses: ["⟪DROP VIEW core.totals⟫"],
        accepts: ["DROP VIEW core.totals; CREATE VIEW core.totals AS SELECT 1 AS total"])
}
