import Assay
import SQLSyntax

/// A column that running code knows by another name.
struct RenamingColumn: MigrationRule {
    static let statements = ["RenameStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let node = statement.syntax.node
        guard node["renameType"].string == "OBJECT_COLUMN", let table = statement.table,
            let old = node["subname"].string, let new = node["newname"].string, !state.isNew(table)
        else { return [] }
        return [Problem("renaming \(table).\(old) to \(new) breaks code that names \(old)")]
    }

    static let documentation = RuleDocumentation(
        "renaming-column", .error,
        summary:
            "A renamed column is gone for all code that runs while the migration does, and after it.",
        why:
            "Between the migration and the last process of the old code, every statement with that name fails.",
        instead:
            "Add the new column, keep both filled by a trigger, move the code, and drop the old one later.",
        limits: "Whether any code names the column is asked with `--code`, not here.",
        refuses: ["⟪ALTER TABLE core.companies RENAME COLUMN industry TO matched_industry⟫"],
        accepts: ["ALTER TABLE core.companies ADD COLUMN matched_industry text"])
}
