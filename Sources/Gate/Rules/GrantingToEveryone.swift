import Assay
import SQLSyntax

/// Rights that every role has, also those that are made later.
struct GrantingToEveryone: MigrationRule {
    static let statements = ["GrantStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        guard let grant = statement.grant,
            ["OBJECT_TABLE", "OBJECT_SEQUENCE", "OBJECT_SCHEMA", "OBJECT_DATABASE"]
                .contains(grant.objectType)
        else { return [] }
        let what = (grant.objects.map(\.description) + grant.schemas.map { "everything in \($0)" })
            .joined(separator: ", ")
        if grant.roles.contains("public") {
            return [Problem("every role there is and will be is granted \(what)")]
        }
        guard grant.objectType == "OBJECT_TABLE", grant.writes, grant.roles.contains("anon") else {
            return []
        }
        return [Problem("clients that have not signed in (anon) may change rows of \(what)")]
    }

    static let documentation = RuleDocumentation(
        "granting-to-everyone", .warning,
        summary: "A grant to PUBLIC, or of writing to anon.",
        why:
            "It holds for every role that is ever made, and no REVOKE from one of them takes it back.",
        instead: "Grant it to the roles that need it.",
        limits: "EXECUTE on functions is everybody's by default and is not looked at.",
        refuses: [
            "⟪GRANT SELECT ON core.companies TO PUBLIC⟫", "⟪GRANT ALL ON core.notes TO anon⟫",
        ],
        accepts: ["GRANT SELECT ON core.companies TO assay_reader"])
}
