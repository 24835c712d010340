import Assay
import SQLSyntax

/// A column whose type changes, and with it every row.
struct ChangingType: MigrationRule {
    static let statements = ["AlterTableStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        guard let table = statement.table, !state.isNew(table) else { return [] }
        return statement.commands.compactMap { command in
            guard command.type == "AT_AlterColumnType", let column = command.name else {
                return nil
            }
            let definition = command.definition["ColumnDef"]
            let new = TypeName(definition["typeName"])
            let converts = !definition["raw_default"].isNull
            let spot = Spot.command(command.index)
            guard let old = state.type(of: column, in: table) else {
                let isDoubtful = !converts && new.mayKeepRows
                let may = isDoubtful ? "may write" : "writes"
                return Problem(
                    "changing \(column) to \(new) \(may) \(table) anew while nobody can use it",
                    at: spot,
                    help: isDoubtful
                        ? "Let the migration run on a shadow, which sees whether the table is written; "
                            + "if it is: \(documentation.instead)" : nil,
                    severity: isDoubtful ? .warning : nil)
            }
            if !converts, new.keepsRows(of: old) { return nil }
            return Problem(
                "changing \(column) from \(old) to \(new) writes \(table) anew while nobody can use it",
                at: spot)
        }
    }

    static let documentation = RuleDocumentation(
        "changing-type", .error,
        summary:
            "A new type of a column writes the whole table anew, unless its values are stored alike.",
        why:
            "Nobody reads or writes the table until every row and every index is written, and code that "
            + "knows the old type may break.",
        instead:
            "Add a column of the new type, keep both filled by a trigger, move readers, drop the old one.",
        limits: """
            What a column was is known only where an earlier migration of the run says so. Else a type to \
            which some columns can go without a rewrite (text, varchar, numeric, …) is a warning.
            """,
        refuses: [
            "ALTER TABLE core.companies ⟪ALTER employees TYPE bigint⟫",
            "ALTER TABLE core.companies ⟪ALTER name TYPE text⟫",
            "ALTER TABLE core.companies ⟪ALTER founded TYPE date USING founded::date⟫",
        ],
        accepts: ["ALTER TABLE core.companies ADD COLUMN employees_wide bigint"])
}
