import SQLSyntax

/// The roles that scripts name, in GRANT, OWNER TO, CREATE POLICY … TO and the like, and do not make.
struct RolesNamed: Sendable, Hashable {
    /// Their names, sorted.
    let roles: [String]

    init(in scripts: [String]) {
        var named: Set<String> = []
        var made: Set<String> = []
        for statement in scripts.flatMap({ readableStatements(in: SQLScript.plain($0)).statements })
        {
            if statement.nodeType == "CreateRoleStmt" {
                statement.node["role"].string.map { _ = made.insert($0) }
            }
            statement.tree.walk { _, value in
                if value["roletype"].string == "ROLESPEC_CSTRING",
                    let name = value["rolename"].string
                {
                    named.insert(name)
                }
                return .into
            }
        }
        roles = named.subtracting(made).sorted()
    }
}

/// SQL as pg_dump writes it.
enum SQLScript {
    /// The script without the lines by which newer releases of pg_dump keep psql from obeying a dump.
    static func plain(_ script: String) -> String {
        guard script.contains("\\") else { return script }
        return script.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasPrefix("\\restrict ") || $0.hasPrefix("\\unrestrict ") ? "" : $0 }
            .joined(separator: "\n")
    }
}
