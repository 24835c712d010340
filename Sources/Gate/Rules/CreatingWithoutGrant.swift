import Assay
import SQLSyntax

/// A table in a schema that clients reach, which no client may touch.
struct CreatingWithoutGrant: MigrationRule {
    static let statements = ["CreateStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        guard let table = statement.table, state.exposed.contains(state.schema(of: table)),
            statement.syntax.node["inhRelations"].array.isEmpty,
            statement.syntax.node["relation"]["relpersistence"].string != "t"
        else { return [] }
        let schema = state.schema(of: table)
        let grants = (state.sequel.about(table.name) + state.sequel.about(schema))
            .compactMap(\.grant)
        let isGranted =
            state.sequel.setsDefaultPrivileges
            || grants.contains { grant in
                grant.schemas.contains(schema)
                    || grant.objects.contains { state.key($0) == state.key(table) }
            }
        guard !isGranted else { return [] }
        return [
            Problem("clients reach the schema of \(table), and no GRANT says who may use the table")
        ]
    }

    static let documentation = RuleDocumentation(
        "creating-without-grant", .info,
        summary: "A new table in an exposed schema without a GRANT.",
        why:
            "Without default privileges clients get \"permission denied\"; with them they get more than was meant.",
        instead: "Say in the same migration which role may do what.",
        limits: "Default privileges that were set before are not known from the text.",
        refuses: [
            .init("⟪CREATE TABLE public.notes (id bigint PRIMARY KEY)⟫", exposed: ["public"])
        ],
        accepts: [
            .init(
                """
                CREATE TABLE public.notes (id bigint PRIMARY KEY);
                GRANT SELECT ON public.notes TO authenticated
                """, exposed: ["public"])
        ])
}
