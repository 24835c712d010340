import Assay
import SQLSyntax

/// A table in a schema that clients reach, with every row open to whom the grants let in.
struct ExposingWithoutRowSecurity: MigrationRule {
    static let statements = ["CreateStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        guard let table = statement.table, state.exposed.contains(state.schema(of: table)),
            statement.syntax.node["relation"]["relpersistence"].string != "t",
            !state.sequel.about(table.name).contains(where: { secures($0, table, state) })
        else { return [] }
        return [Problem("clients reach \(table), and no row security says which rows are whose")]
    }

    private static func secures(
        _ statement: MigrationStatement, _ table: ObjectName, _ state: MigrationState
    ) -> Bool {
        statement.table.map(state.key) == state.key(table)
            && statement.commands.contains { $0.type == "AT_EnableRowSecurity" }
    }

    static let documentation = RuleDocumentation(
        "exposing-without-row-security", .error,
        summary: "A new table in an exposed schema without ENABLE ROW LEVEL SECURITY.",
        why: "Whoever holds the interface's public key reads, and often writes, every row.",
        instead: "ALTER TABLE … ENABLE ROW LEVEL SECURITY in the same migration, with policies.",
        limits: "Which schemas are exposed `--exposed` says; of Supabase's folder it is public.",
        refuses: [
            .init("⟪CREATE TABLE public.notes (id bigint PRIMARY KEY)⟫", exposed: ["public"])
        ],
        accepts: [
            .init(
                """
                CREATE TABLE public.notes (id bigint PRIMARY KEY);
                ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY
                """, exposed: ["public"])
        ])
}
