import Assay
import SQLSyntax

/// A schema that running code knows by another name.
struct RenamingSchema: MigrationRule {
    static let statements = ["RenameStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let node = statement.syntax.node
        guard node["renameType"].string == "OBJECT_SCHEMA", let old = node["subname"].string,
            !state.madeSchemas.contains(old)
        else { return [] }
        let new = node["newname"].string ?? ""
        return [
            Problem(
                "renaming the schema \(old) to \(new) breaks code that names anything in \(old)")
        ]
    }

    static let documentation = RuleDocumentation(
        "renaming-schema", .error,
        summary: "A renamed schema takes the names of all that it holds away from running code.",
        why:
            "Every qualified name, every search_path and every function body that says the old one fails.",
        instead:
            "Create the new schema with views of what the old one holds, and move the code first.",
        limits: "Whether any code names the schema is asked with `--code`, not here.",
        refuses: ["⟪ALTER SCHEMA core RENAME TO warehouse⟫"],
        accepts: ["CREATE SCHEMA warehouse"])
}
