import Assay
import SQLSyntax

/// A column that becomes NOT NULL while nobody can read its table.
struct SettingNotNull: MigrationRule {
    static let statements = ["AlterTableStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        guard let table = statement.table, !state.isNew(table) else { return [] }
        return statement.commands.compactMap { command in
            guard command.type == "AT_SetNotNull", let column = command.name else { return nil }
            if state.version >= 12, state.isProvenNotNull(column, of: table) { return nil }
            let check = "\(column)_is_set"
            return Problem(
                "setting \(column) NOT NULL blocks reading and writing \(table) until every row is tested",
                at: .command(command.index),
                rewrite: state.version < 12
                    ? nil
                    : """
                    ALTER TABLE \(table.sql) ADD CONSTRAINT \(ObjectName.quoted(check)) \
                    CHECK (\(ObjectName.quoted(column)) IS NOT NULL) NOT VALID;
                    ALTER TABLE \(table.sql) VALIDATE CONSTRAINT \(ObjectName.quoted(check));
                    ALTER TABLE \(table.sql) ALTER \(ObjectName.quoted(column)) SET NOT NULL;
                    ALTER TABLE \(table.sql) DROP CONSTRAINT \(ObjectName.quoted(check))
                    """)
        }
    }

    static let documentation = RuleDocumentation(
        "setting-not-null", .error,
        summary:
            "SET NOT NULL tests every row under ACCESS EXCLUSIVE, unless a validated CHECK proves it.",
        why: "Nobody reads or writes the table until the last row is tested.",
        instead: """
            Add CHECK (column IS NOT NULL) NOT VALID, validate it in a later transaction, then SET NOT NULL, \
            which PostgreSQL 12 and later take from the check.
            """,
        limits: "A check that an earlier migration has validated is not seen by the text alone.",
        refuses: [
            "ALTER TABLE core.companies ⟪ALTER domain SET NOT NULL⟫",
            .init(
                """
                ALTER TABLE core.companies ADD CONSTRAINT d CHECK (domain IS NOT NULL) NOT VALID;
                ALTER TABLE core.companies VALIDATE CONSTRAINT d;
                ALTER TABLE core.companies ⟪ALTER domain SET NOT NULL⟫
                """, version: 11),
        ],
        accepts: [
            """
            ALTER TABLE core.companies ADD CONSTRAINT d CHECK (domain IS NOT NULL) NOT VALID;
            ALTER TABLE core.companies VALIDATE CONSTRAINT d;
            ALTER TABLE core.companies ALTER domain SET NOT NULL
            """
        ])
}
