import Assay
import SQLSyntax

/// A function that runs with its owner's rights, and with its caller's names.
struct SecurityDefinerWithoutSearchPath: MigrationRule {
    static let statements = ["CreateFunctionStmt", "AlterFunctionStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let isNew = statement.syntax.nodeType == "CreateFunctionStmt"
        let list = isNew ? "options" : "actions"
        let name = name(of: statement)
        guard let name,
            statement.option("security", in: list)?["arg"]["Boolean"]["boolval"].isTrue
                ?? false, !setsSearchPath(statement, list)
        else { return [] }
        let isSetLater = state.sequel.about(name.name).contains {
            $0.syntax.nodeType == "AlterFunctionStmt"
                && self.name(of: $0).map(state.key) == state.key(name)
                && setsSearchPath($0, "actions")
        }
        guard !isSetLater else { return [] }
        return [Problem("\(name) runs with its owner's rights and its caller's search_path")]
    }

    private static func name(of statement: MigrationStatement) -> ObjectName? {
        let node = statement.syntax.node
        return ObjectName(parts: node["funcname"].names)
            ?? ObjectName(parts: node["func"]["objname"].names)
    }

    private static func setsSearchPath(_ statement: MigrationStatement, _ list: String) -> Bool {
        statement.syntax.node[list].array.contains {
            $0["DefElem"]["defname"].string == "set"
                && $0["DefElem"]["arg"]["VariableSetStmt"]["name"].string == "search_path"
        }
    }

    static let documentation = RuleDocumentation(
        "security-definer-without-search-path", .error,
        summary: "A SECURITY DEFINER function without a search_path of its own.",
        why:
            "A caller puts a table or operator of the same name first, and has it run with the owner's rights.",
        instead:
            "SET search_path = '' (or pg_catalog, pg_temp last), and qualify every name in the body.",
        limits: "It does not see whether names in the body are qualified.",
        refuses: [
            "⟪CREATE FUNCTION core.tidy() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'⟫"
        ],
        accepts: [
            "CREATE FUNCTION core.tidy() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'SELECT 1'",
            "CREATE FUNCTION core.tidy() RETURNS void LANGUAGE sql AS 'SELECT 1'",
        ])
}
