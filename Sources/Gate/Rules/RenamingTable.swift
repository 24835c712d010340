import Assay
import SQLSyntax

/// A table that running code knows by another name or in another schema.
struct RenamingTable: MigrationRule {
    static let statements = ["RenameStmt", "AlterObjectSchemaStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let node = statement.syntax.node
        let type = node["renameType"].string ?? node["objectType"].string ?? ""
        guard relations.contains(type), let table = statement.table, !state.isNew(table),
            !isReplaced(table, state)
        else { return [] }
        let moved = node["newschema"].string
        let new =
            moved.map { ObjectName(schema: $0, table.name) }
            ?? ObjectName(node["newname"].string ?? "")
        let verb = moved == nil ? "renaming" : "moving"
        return [Problem("\(verb) \(table) to \(new) breaks code that names \(table)")]
    }

    private static let relations: Set = [
        "OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_FOREIGN_TABLE",
    ]

    /// Whether a view takes the old name further on.
    private static func isReplaced(_ table: ObjectName, _ state: MigrationState) -> Bool {
        state.sequel.about(table.name).contains { later in
            guard let view = ObjectName(relation: later.syntax.node["view"]) else { return false }
            return state.key(view) == state.key(table)
        }
    }

    static let documentation = RuleDocumentation(
        "renaming-table", .error,
        summary:
            "A renamed or moved table is gone for all code that runs while the migration does, and after it.",
        why:
            "Between the migration and the last process of the old code, every statement with that name fails.",
        instead:
            "Rename it and create a view of the old name in the same transaction; drop the view later.",
        limits: "A simple view takes writes, but not TRUNCATE, LOCK or foreign keys.",
        refuses: [
            "⟪ALTER TABLE core.companies RENAME TO firms⟫",
            "⟪ALTER TABLE core.companies SET SCHEMA archive⟫",
        ],
        accepts: [
            """
            BEGIN;
            SET LOCAL lock_timeout = '2s';
            ALTER TABLE core.companies RENAME TO firms;
            CREATE VIEW core.companies AS SELECT * FROM core.firms;
            COMMIT
            """
        ])
}
