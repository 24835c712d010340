import Assay
import SQLSyntax

/// A value of an enumeration that its own transaction cannot use.
struct AddingEnumValue: MigrationRule {
    static let statements = ["AlterEnumStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let node = statement.syntax.node
        guard let value = node["newVal"].string, node["oldVal"].isNull, state.isInTransaction,
            let type = ObjectName(parts: node["typeName"].names), !state.isNewType(type)
        else { return [] }
        if state.version < 12 {
            return [
                Problem(
                    "PostgreSQL \(state.version) cannot add a value to \(type) in a transaction")
            ]
        }
        let rest = state.sequel.all.prefix { ![.commit, .rollback].contains($0.syntax.kind) }
        guard rest.contains(where: { $0.text.contains("'\(value)'") }) else { return [] }
        return [
            Problem(
                "the new value '\(value)' of \(type) cannot be used in the transaction that adds it"
            )
        ]
    }

    static let documentation = RuleDocumentation(
        "adding-enum-value", .error,
        summary: "A new value of an enumeration cannot be used before its transaction is over.",
        why:
            "PostgreSQL refuses the statement that uses it (before version 12 the ADD VALUE itself).",
        instead: "Add the value in a migration of its own, and use it in the next.",
        limits: "A use is any text of that value further on in the transaction.",
        refuses: [
            """
            BEGIN;
            ⟪ALTER TYPE core.mood ADD VALUE 'calm'⟫;
            UPDATE core.people SET mood = 'calm' WHERE id = 1;
            COMMIT
            """,
            .init("⟪ALTER TYPE core.mood ADD VALUE 'calm'⟫", version: 11, isInTransaction: true),
        ],
        accepts: ["ALTER TYPE core.mood ADD VALUE 'calm'"])
}
