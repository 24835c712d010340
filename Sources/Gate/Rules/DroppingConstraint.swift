import Assay
import SQLSyntax

/// A promise about rows that nothing keeps any more.
struct DroppingConstraint: MigrationRule {
    static let statements = ["AlterTableStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        guard let table = statement.table, !state.isNew(table) else { return [] }
        let later = [statement] + state.sequel.about(table.name)
        return statement.commands.compactMap { command in
            guard command.type == "AT_DropConstraint", let name = command.name,
                !later.contains(where: { $0.constraints.contains { $0.name == name } }),
                !isHelper(name, of: table, state)
            else { return nil }
            return Problem(
                "dropping the constraint \(name) lets rows into \(table) that it kept out",
                at: .command(command.index))
        }
    }

    /// Whether the migration made the constraint itself, to prove something.
    private static func isHelper(_ name: String, of table: ObjectName, _ state: MigrationState)
        -> Bool
    {
        state.isWaiting(name, of: table)
    }

    static let documentation = RuleDocumentation(
        "dropping-constraint", .warning,
        summary: "A dropped constraint keeps nothing out any more, and what gets in stays.",
        why:
            "Its fault comes back silently, and the constraint cannot be added again until the rows are mended.",
        instead:
            "Replace it in the same migration: add the new one NOT VALID under the same name, and validate it.",
        limits:
            "A constraint that is added under another name is not taken for the old one's successor.",
        refuses: ["ALTER TABLE core.companies ⟪DROP CONSTRAINT one_domain⟫"],
        accepts: [
            """
            ALTER TABLE core.companies
                DROP CONSTRAINT positive,
                ADD CONSTRAINT positive CHECK (employees >= 0) NOT VALID
            """
        ])
}
