// The members every kind has are documented in Check.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

/// Requires that roles may do with a table what they must.
public struct Grants: Check {
    /// What a role may be let do with a table.
    public enum Privilege: String, Sendable, Hashable, CaseIterable {
        /// Read rows.
        case select = "SELECT"
        /// Add rows.
        case insert = "INSERT"
        /// Change rows.
        case update = "UPDATE"
        /// Take rows out.
        case delete = "DELETE"
        /// Empty the table.
        case truncate = "TRUNCATE"
        /// Refer to the table by a foreign key.
        case references = "REFERENCES"
        /// Put triggers on it.
        case trigger = "TRIGGER"
    }

    public var options: CheckOptions
    private let privileges: [Privilege]
    private let roles: [String]

    /// Requires that each of some roles has each of some privileges, and may use the schema.
    public init(
        _ privileges: Privilege..., to roles: String..., file: String = #filePath,
        line: Int = #line
    ) {
        self.init(privileges, roles, options: CheckOptions(file: file, line: line))
    }

    private init(_ privileges: [Privilege], _ roles: [String], options: CheckOptions) {
        self.options = options
        self.privileges = privileges
        self.roles = roles
    }

    public var columns: [String] { [] }

    public var sentence: String {
        "\(roles.joined(separator: " and ")) may \(words.joined(separator: ", "))"
    }

    public var fault: String? {
        if privileges.isEmpty { return "names no privilege" }
        return roles.isEmpty ? "names no role" : nil
    }

    public var parts: [any Check] {
        roles.map { Grants(privileges, [$0], options: options) }
    }

    public var subject: String { roles.joined(separator: "+") }

    private var role: String { roles.first ?? "" }

    private var words: [String] { privileges.map(\.rawValue) }

    public func question(in context: CheckContext) -> Question {
        // A serial column draws its number from a sequence that has rights of its own.
        let sequences: SQL = """
            SELECT 100, 'USAGE', q.oid, quote_ident(q.relname) \
            FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_class AS q ON q.oid = d.objid \
            AND q.relkind = 'S' WHERE d.classid = 'pg_catalog.pg_class'::regclass \
            AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = c.oid \
            AND d.deptype = 'a' AND 'INSERT' = ANY (\(words)::text[])
            """
        return .facts(
            """
            SELECT f.place, CASE \
            WHEN r.oid IS NULL THEN format('the role %s does not exist', \(role)::text) \
            WHEN f.place = 0 THEN CASE WHEN NOT has_schema_privilege(r.oid, s.oid, 'USAGE') \
            THEN format('needs GRANT USAGE ON SCHEMA %I TO %I', s.nspname, r.rolname) END \
            WHEN f.sequence IS NOT NULL THEN CASE \
            WHEN NOT has_sequence_privilege(r.oid, f.sequence, 'USAGE') \
            THEN format('needs GRANT USAGE ON SEQUENCE %I.%s TO %I', s.nspname, f.name, r.rolname) \
            END \
            WHEN NOT has_table_privilege(r.oid, c.oid, f.privilege) THEN format(\
            'needs GRANT %s ON %s TO %I', f.privilege, \(TableName.inStatement), r.rolname) END \
            FROM \(context.table.inCatalog) \
            LEFT JOIN pg_catalog.pg_roles AS r ON r.rolname = \(role)::text \
            CROSS JOIN LATERAL (SELECT p.n, p.privilege, NULL::oid, NULL \
            FROM unnest(\(words)::text[]) WITH ORDINALITY AS p (privilege, n) \
            UNION ALL SELECT 0, 'USAGE', NULL, NULL UNION ALL \(sequences)) \
            AS f (place, privilege, sequence, name)
            """)
    }

    public func headline(_ measure: Measure, of table: TableName) -> String {
        "\(role) lacks rights on \(table)"
    }

    public func specimens(in context: CheckContext) -> Specimens {
        let (table, schema) = (context.table, SQL.identifier(context.table.schema))
        let grantee = SQL.identifier(role)
        let all = words.map { SQL(unchecked: $0) }.joined(separator: ", ")
        let granted: [Specimen.Step] = [
            .role(role), "GRANT USAGE ON SCHEMA \(schema) TO \(grantee)",
            "GRANT USAGE ON ALL SEQUENCES IN SCHEMA \(schema) TO \(grantee)",
            "GRANT \(all) ON \(table) TO \(grantee)",
        ]
        func specimen(_ label: String, _ revoked: Specimen.Step) -> Specimen {
            Specimen(
                label, violating: granted + [revoked], boundary: granted, violations: 1,
                ground: .ownTable)
        }
        return .made(
            [specimen("schema", "REVOKE USAGE ON SCHEMA \(schema) FROM \(grantee), PUBLIC")]
                + words.map { word in
                    specimen(
                        word, "REVOKE \(unchecked: word) ON \(table) FROM \(grantee), PUBLIC")
                })
    }

    public static let documentation = KindDocumentation(
        kind: "grants",
        dimension: .consistency,
        summary: "Roles may do with a table what they must.",
        why: """
            A table that a migration makes belongs to nobody else. Nothing is wrong with it \
            until the first client asks, and is refused.
            """,
        example: #"Grants(.select, .insert, to: "service_role")"#,
        measures: """
            USAGE on the schema, each privilege on the table and, with `.insert`, USAGE on the \
            sequence of each serial column. Each that the role lacks is counted; a role that \
            does not exist lacks all. What it has through other roles or through PUBLIC, it has. \
            Several roles become one check a role. Only the catalog is read.
            """,
        limits: """
            Privileges on single columns are not seen, and neither are the rows that row \
            security hides. `where` does not apply.
            """
    )
}
