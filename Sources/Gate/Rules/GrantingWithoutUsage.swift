import Assay
import SQLSyntax

/// A grant on what lies in a schema that the role cannot enter.
struct GrantingWithoutUsage: MigrationRule {
    static let statements = ["GrantStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        guard let grant = statement.grant, grant.objectType != "OBJECT_SCHEMA" else { return [] }
        let schemas = Set(grant.objects.map(state.schema) + grant.schemas)
            .intersection(state.madeSchemas).sorted()
        for schema in schemas {
            for role in grant.roles {
                let isLater = state.sequel.about(schema).contains { later in
                    later.usages.contains { $0.schema == schema && $0.role == role }
                }
                if !isLater, !state.hasUsage(of: schema, role: role) {
                    return [
                        Problem(
                            "\(role) is granted what lies in \(schema), but not USAGE of the schema",
                            rewrite: "GRANT USAGE ON SCHEMA \(ObjectName.quoted(schema)) TO "
                                + "\(ObjectName.quoted(role));\n\(statement.text)")
                    ]
                }
            }
        }
        return []
    }

    static let documentation = RuleDocumentation(
        "granting-without-usage", .warning,
        summary: "A grant on tables of a new schema to a role that has no USAGE of the schema.",
        why:
            "Every query of the role fails with \"permission denied for schema\", the grant notwithstanding.",
        instead: "GRANT USAGE ON SCHEMA … TO the role in the same migration.",
        limits: "Of schemas that were there before, grants are not known from the text.",
        refuses: [
            """
            CREATE SCHEMA mart;
            CREATE TABLE mart.totals (id bigint PRIMARY KEY);
            ⟪GRANT SELECT ON mart.totals TO reader⟫
            """
        ],
        accepts: [
            """
            CREATE SCHEMA mart;
            GRANT USAGE ON SCHEMA mart TO reader;
            GRANT SELECT ON ALL TABLES IN SCHEMA mart TO reader
            """
        ])
}
