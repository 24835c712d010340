import Assay
import SQLSyntax

/// A value of an enumeration that running code knows by another name.
struct RenamingEnumValue: MigrationRule {
    static let statements = ["AlterEnumStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let node = statement.syntax.node
        guard let old = node["oldVal"].string, let new = node["newVal"].string,
            let type = ObjectName(parts: node["typeName"].names), !state.isNewType(type)
        else { return [] }
        return [
            Problem(
                "renaming '\(old)' of \(type) to '\(new)' breaks code that writes or compares '\(old)'"
            )
        ]
    }

    static let documentation = RuleDocumentation(
        "renaming-enum-value", .error,
        summary: "A renamed value of an enumeration is unknown to all code that runs.",
        why: "Every statement with the old value fails, also those that only compare with it.",
        instead: "Add the new value, move the code and the rows, and leave the old value unused.",
        limits: "Whether any code says the value the text does not tell.",
        refuses: ["⟪ALTER TYPE core.mood RENAME VALUE 'ok' TO 'fine'⟫"],
        accepts: ["ALTER TYPE core.mood ADD VALUE 'fine'"])
}
