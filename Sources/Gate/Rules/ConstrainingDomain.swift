import Assay
import SQLSyntax

/// A domain whose new constraint is held against the columns of every table.
struct ConstrainingDomain: MigrationRule {
    static let statements = ["AlterDomainStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let node = statement.syntax.node
        guard let domain = ObjectName(parts: node["typeName"].names), !state.isNewType(domain)
        else {
            return []
        }
        switch node["subtype"].string {
        case "C" where !node["def"]["Constraint"]["skip_validation"].isTrue:
            return [
                Problem(
                    "the new constraint of \(domain) is tested against every table that has the domain",
                    rewrite: statement.text + " NOT VALID")
            ]
        case "O":
            return [
                Problem("NOT NULL on \(domain) is tested against every table that has the domain")
            ]
        default:
            return []
        }
    }

    static let documentation = RuleDocumentation(
        "constraining-domain", .error,
        summary:
            "A constraint of a domain without NOT VALID reads every table that uses the domain.",
        why: "All these tables take no writes, one after the other, until the last row is tested.",
        instead:
            "Add it NOT VALID, then ALTER DOMAIN … VALIDATE CONSTRAINT in a later transaction.",
        limits: "It does not see which tables use the domain.",
        refuses: ["⟪ALTER DOMAIN core.email ADD CONSTRAINT at CHECK (value LIKE '%@%')⟫"],
        accepts: ["ALTER DOMAIN core.email ADD CONSTRAINT at CHECK (value LIKE '%@%') NOT VALID"])
}
