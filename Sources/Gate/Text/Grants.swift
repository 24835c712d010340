import SQLSyntax

/// What a GRANT gives, to whom.
struct Grant: Sendable {
    /// The roles, with `public` for everyone.
    let roles: [String]
    /// The privileges in lower case; empty is all of them.
    let privileges: [String]
    /// Such as `OBJECT_TABLE`.
    let objectType: String
    let objects: [ObjectName]
    /// The schemas of whose objects it gives all.
    let schemas: [String]

    /// Whether it lets somebody change rows.
    var writes: Bool {
        privileges.isEmpty
            || !Set(privileges).isDisjoint(with: ["insert", "update", "delete", "truncate"])
    }
}

extension MigrationStatement {
    /// What it grants, where it is a GRANT on objects.
    var grant: Grant? {
        let node = syntax.node
        guard syntax.nodeType == "GrantStmt", node["is_grant"].isTrue else { return nil }
        let isAll = node["targtype"].string == "ACL_TARGET_ALL_IN_SCHEMA"
        let names = node["objects"].array
        return Grant(
            roles: node["grantees"].array.map { role in
                role["RoleSpec"]["roletype"].string == "ROLESPEC_PUBLIC"
                    ? "public" : role["RoleSpec"]["rolename"].string ?? ""
            },
            privileges: node["privileges"].array.compactMap {
                $0["AccessPriv"]["priv_name"].string
            },
            objectType: node["objtype"].string ?? "",
            objects: isAll
                ? []
                : names.compactMap {
                    ObjectName(relation: $0["RangeVar"])
                        ?? ObjectName(parts: $0["ObjectWithArgs"]["objname"].names)
                        ?? $0["String"]["sval"].string.map { ObjectName($0) }
                },
            schemas: isAll ? names.compactMap { $0["String"]["sval"].string } : [])
    }

    /// The schemas of which it grants USAGE, each with a role.
    var usages: [(schema: String, role: String)] {
        guard let grant, grant.objectType == "OBJECT_SCHEMA",
            grant.privileges.isEmpty || grant.privileges.contains("usage")
        else { return [] }
        return grant.objects.flatMap { schema in grant.roles.map { (schema.name, $0) } }
    }
}
