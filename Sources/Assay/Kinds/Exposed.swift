// The members every kind has are documented in Check.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

/// Requires that the REST layer shows a table's schema to roles.
public struct Exposed: Check {
    public var options: CheckOptions
    private let roles: [String]
    private let server: String

    /// Requires that PostgREST serves the table's schema and that each of some roles may use it.
    ///
    /// - Parameters:
    ///   - roles: The roles that requests are made as.
    ///   - server: The role that PostgREST connects as, whose settings it reads.
    ///   - file: Where it stands; filled in by the compiler.
    ///   - line: Where it stands; filled in by the compiler.
    public init(
        to roles: String..., through server: String = "authenticator", file: String = #filePath,
        line: Int = #line
    ) {
        self.init(roles, server, options: CheckOptions(file: file, line: line))
    }

    private init(_ roles: [String], _ server: String, options: CheckOptions) {
        self.options = options
        self.roles = roles
        self.server = server
    }

    public var columns: [String] { [] }

    public var sentence: String {
        "the REST layer exposes the table's schema to \(roles.joined(separator: " and "))"
    }

    public var fault: String? { roles.isEmpty ? "names no role" : nil }

    public var parts: [any Check] { roles.map { Exposed([$0], server, options: options) } }

    public var subject: String { roles.joined(separator: "+") }

    private var role: String { roles.first ?? "" }

    public func question(in context: CheckContext) -> Question {
        // PostgREST reads the settings of the role it connects as: this database's, else everyone's.
        let exposed: SQL = """
            (SELECT substr(entry, strpos(entry, '=') + 1) \
            FROM pg_catalog.pg_db_role_setting AS g CROSS JOIN LATERAL unnest(g.setconfig) AS entry \
            WHERE g.setrole = a.oid AND g.setdatabase IN (0, (SELECT d.oid \
            FROM pg_catalog.pg_database AS d WHERE d.datname = current_database())) \
            AND starts_with(entry, 'pgrst.db_schemas=') ORDER BY g.setdatabase DESC LIMIT 1)
            """
        return .facts(
            """
            SELECT f.place, CASE \
            WHEN f.place = 1 AND a.oid IS NULL THEN format('the role %s does not exist', \
            \(server)::text) \
            WHEN f.place = 1 AND f.exposed IS NULL THEN format(\
            'needs ALTER ROLE %I SET pgrst.db_schemas = %L', a.rolname, s.nspname) \
            WHEN f.place = 1 THEN CASE \
            WHEN s.nspname <> ALL (regexp_split_to_array(btrim(f.exposed), '\\s*,\\s*')) \
            THEN format('%s is not in pgrst.db_schemas of %s, which is %L (PGRST106)', \
            s.nspname, a.rolname, f.exposed) END \
            WHEN r.oid IS NULL THEN CASE WHEN f.place = 2 THEN format(\
            'the role %s does not exist', \(role)::text) END \
            WHEN f.place = 2 THEN CASE WHEN NOT has_schema_privilege(r.oid, s.oid, 'USAGE') \
            THEN format('needs GRANT USAGE ON SCHEMA %I TO %I', s.nspname, r.rolname) END \
            WHEN a.oid IS NOT NULL AND NOT pg_has_role(a.oid, r.oid, 'MEMBER') \
            THEN format('needs GRANT %I TO %I', r.rolname, a.rolname) END \
            FROM \(context.table.inCatalog) \
            LEFT JOIN pg_catalog.pg_roles AS a ON a.rolname = \(server)::text \
            LEFT JOIN pg_catalog.pg_roles AS r ON r.rolname = \(role)::text \
            CROSS JOIN LATERAL (SELECT n, \(exposed) FROM generate_series(1, 3) AS n) \
            AS f (place, exposed)
            """)
    }

    public func headline(_ measure: Measure, of table: TableName) -> String {
        "\(role) cannot reach \(table) through the REST layer"
    }

    public func specimens(in context: CheckContext) -> Specimens {
        let (grantee, authenticator) = (SQL.identifier(role), SQL.identifier(server))
        let schema = SQL.identifier(context.table.schema)
        // An identifier is a value of SET too, and is quoted where a bound value cannot stand.
        let exposed: [Specimen.Step] = [
            .role(server), .role(role), "GRANT \(grantee) TO \(authenticator)",
            "GRANT USAGE ON SCHEMA \(schema) TO \(grantee)",
            "ALTER ROLE \(authenticator) SET pgrst.db_schemas = \(schema)",
        ]
        func specimen(_ label: String, _ taken: Specimen.Step) -> Specimen {
            Specimen(
                label, violating: exposed + [taken], boundary: exposed, violations: 1,
                ground: .ownTable)
        }
        return .made([
            specimen(
                "schema", "ALTER ROLE \(authenticator) SET pgrst.db_schemas = assay_elsewhere"),
            specimen("usage", "REVOKE USAGE ON SCHEMA \(schema) FROM \(grantee), PUBLIC"),
            specimen("role", "REVOKE \(grantee) FROM \(authenticator)"),
        ])
    }

    public static let documentation = KindDocumentation(
        kind: "exposed",
        dimension: .consistency,
        summary: "The REST layer shows a table's schema to roles.",
        why: """
            A new schema is not served until somebody adds it to PostgREST's list; until then \
            every request for its tables is answered with PGRST106.
            """,
        example: #"Exposed(to: "anon", "service_role")"#,
        measures: """
            Three facts a role: `pgrst.db_schemas` names the schema, the role may use it, and \
            the role that PostgREST connects as may become the role. The setting is read as \
            PostgREST reads it: of that role (`authenticator`, or `through:`), for this database \
            before all. Only the catalog is read.
            """,
        limits: """
            PostgREST's configuration file and environment cannot be seen; where the list of \
            schemas stands there, the check is red. What a role may do with the table is said by \
            `Grants`. `where` does not apply.
            """
    )
}
