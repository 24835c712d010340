import Assay
import SQLSyntax

/// A view through which clients see what policies hide.
struct ViewBypassingRowSecurity: MigrationRule {
    static let statements = ["ViewStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let node = statement.syntax.node
        guard let view = ObjectName(relation: node["view"]),
            state.exposed.contains(state.schema(of: view)),
            statement.option("security_invoker", in: "options") == nil
        else { return [] }
        return [
            Problem(
                "clients reach the view \(view), which reads its tables with its owner's rights",
                help: state.version < 15
                    ? "Keep the view out of the exposed schema; security_invoker needs PostgreSQL 15."
                    : nil)
        ]
    }

    static let documentation = RuleDocumentation(
        "view-bypassing-row-security", .warning,
        summary: "A view in an exposed schema without security_invoker.",
        why:
            "It reads its tables as its owner, for whom row security often does not hold, and shows every row.",
        instead: "CREATE VIEW … WITH (security_invoker = true) (since PostgreSQL 15).",
        limits: "Which schemas are exposed `--exposed` says; of Supabase's folder it is public.",
        refuses: [
            .init("⟪CREATE VIEW public.all_notes AS SELECT * FROM core.notes⟫", exposed: ["public"])
        ],
        accepts: [
            .init(
                "CREATE VIEW public.my_notes WITH (security_invoker = true) AS SELECT * FROM core.notes",
                exposed: ["public"])
        ])
}
