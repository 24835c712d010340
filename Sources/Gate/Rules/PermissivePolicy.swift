import Assay
import SQLSyntax

/// A policy that lets everybody write everything.
struct PermissivePolicy: MigrationRule {
    static let statements = ["CreatePolicyStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let node = statement.syntax.node
        guard node["permissive"].isTrue, node["cmd_name"].string != "select",
            isTrue(node["qual"]) || isTrue(node["with_check"]),
            let table = ObjectName(relation: node["table"])
        else { return [] }
        let name = node["policy_name"].string ?? ""
        return [Problem("the policy \(name) lets its roles change every row of \(table)")]
    }

    private static func isTrue(_ condition: SyntaxTree) -> Bool {
        condition["A_Const"]["boolval"]["boolval"].isTrue
            || condition["TypeCast"]["arg"]["A_Const"]["sval"]["sval"].string == "t"
    }

    static let documentation = RuleDocumentation(
        "permissive-policy", .warning,
        summary: "A policy for writing whose condition is true of every row.",
        why: "Permissive policies are joined by OR: one that is always true makes all others void.",
        instead:
            "Say whose rows they are, such as USING (owner = auth.uid()); or use a role with BYPASSRLS.",
        limits: "A condition that is true in a roundabout way is not seen.",
        refuses: ["⟪CREATE POLICY everything ON core.notes FOR ALL USING (true)⟫"],
        accepts: ["CREATE POLICY reading ON core.notes FOR SELECT USING (true)"])
}
