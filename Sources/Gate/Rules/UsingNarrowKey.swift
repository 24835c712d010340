import Assay
import SQLSyntax

/// A key that ends at two thousand million rows, or at thirty thousand.
struct UsingNarrowKey: MigrationRule {
    static let statements = ["CreateStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let keys = Set(
            statement.constraints.filter { $0.type == "CONSTR_PRIMARY" }.flatMap(\.columns))
        return statement.columns.compactMap { column in
            guard keys.contains(column.name), keys.count == 1, let end = ends[column.type.name],
                !column.type.isArray, column.isGenerated
            else { return nil }
            return Problem(
                "the key \(column.name) is \(column.type), which ends at \(end)", at: column.spot)
        }
    }

    private static let ends = [
        "int2": "32,767", "smallserial": "32,767", "serial2": "32,767", "int4": "2,147,483,647",
        "serial": "2,147,483,647", "serial4": "2,147,483,647",
    ]

    static let documentation = RuleDocumentation(
        "using-narrow-key", .warning,
        summary: "A numbered primary key of 32 bits or less.",
        why:
            "The day it is used up every INSERT fails, and widening it writes the table and all that refer to it.",
        instead: "Use bigint.",
        limits:
            "Keys that no sequence numbers, such as a year, are accepted, and so are keys of several columns.",
        refuses: ["CREATE TABLE core.tags (⟪id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY⟫)"],
        accepts: ["CREATE TABLE core.tags (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)"])
}
