import Assay
import Auditor
import Postgres

/// What is asked of the catalog beside tables and columns.
struct NameCatalogQuestion: Sendable {
    /// Where names without a schema are looked up; the session's own where empty.
    var searchPath: [String] = []
    /// The schemas that PostgREST serves; read from the database where nil.
    var exposed: [String]?
    /// The role that PostgREST connects as.
    var server = "authenticator"
    /// The role that clients act as.
    var role: String?
}

extension NameCatalog {
    /// Reads the catalog, once, in the transaction that the connection is in.
    static func read(
        _ question: NameCatalogQuestion, from connection: isolated Connection
    ) async throws -> NameCatalog {
        if !question.searchPath.isEmpty {
            let path = try question.searchPath.map { name throws(PostgresError) in
                try connection.quoted(name)
            }
            try await connection.execute("SET LOCAL search_path = \(path.joined(separator: ", "))")
        }
        let catalog = try await Catalog.read(from: connection)
        let searchPath = try await connection.query(NameCatalogSQL.searchPath)
        if let role = question.role {
            let known = try await connection.query(NameCatalogSQL.role, [role])
            guard known.count > 0 else { throw Refusal.noRole(role) }
        }
        let functions = try await connection.query(NameCatalogSQL.functions, [question.role])
        var exposed = question.exposed
        if exposed == nil {
            let setting = try await connection.query(NameCatalogSQL.exposed, [question.server])
            exposed = setting.scalar?.split(separator: ",")
                .map { $0.trimmingSpaces }.filter { !$0.isEmpty }
        }
        var rights: RoleRights?
        if let role = question.role {
            let schemas = try await connection.query(NameCatalogSQL.schemaRights, [role])
            let tables = try await connection.query(NameCatalogSQL.tableRights, [role])
            rights = RoleRights(
                role: role, schemas: Set(schemas.compactMap { $0[0] }),
                tables: Dictionary(
                    tables.map { row in
                        (
                            "\(row[0] ?? "").\(row[1] ?? "")",
                            Set((row[2] ?? "").split(separator: " ").map(String.init))
                        )
                    }, uniquingKeysWith: { $0.union($1) }))
        }
        return NameCatalog(
            catalog: catalog, searchPath: searchPath.compactMap { $0[0] },
            functions: functions.map(CatalogFunction.init), exposed: exposed, rights: rights)
    }
}

extension CatalogFunction {
    fileprivate init(_ row: Postgres.Row) {
        schema = row["schema"] ?? ""
        name = row["name"] ?? ""
        let count = row.int("count") ?? 0
        let names = (row["parameters"] ?? "").split(
            separator: "\u{1F}", omittingEmptySubsequences: false)
        parameters = (0..<count).map { $0 < names.count ? String(names[$0]) : "" }
        defaults = row.int("defaults") ?? 0
        isVariadic = row.bool("variadic")
        firstSchema = row["first_schema"]
        firstTable = row["first_table"]
        mayExecute = row.bool("may_execute")
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

/// The queries for what the catalog says of functions, exposure and rights.
enum NameCatalogSQL {
    static let searchPath = """
        SELECT s.name FROM unnest(pg_catalog.current_schemas(false)) WITH ORDINALITY AS s (name, n)
        ORDER BY s.n
        """

    static let role = "SELECT 1 FROM pg_catalog.pg_roles AS r WHERE r.rolname = $1"

    static let functions = """
        SELECT n.nspname AS schema, p.proname AS name, p.pronargs AS count,
            p.pronargdefaults AS defaults, p.provariadic <> 0 AS variadic,
            (SELECT string_agg(coalesce(p.proargnames[m.n], ''), E'\\x1f' ORDER BY m.n)
                FROM generate_series(1, coalesce(cardinality(p.proargmodes), p.pronargs)) AS m (n)
                WHERE coalesce(p.proargmodes[m.n], 'i') IN ('i', 'b', 'v')) AS parameters,
            tn.nspname AS first_schema, tc.relname AS first_table,
            coalesce(pg_catalog.has_function_privilege(r.oid, p.oid, 'EXECUTE'), true) AS may_execute
        FROM pg_catalog.pg_proc AS p
        JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
            AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        LEFT JOIN pg_catalog.pg_type AS t ON t.oid = p.proargtypes[0] AND t.typtype = 'c'
        LEFT JOIN pg_catalog.pg_class AS tc ON tc.oid = t.typrelid
        LEFT JOIN pg_catalog.pg_namespace AS tn ON tn.oid = tc.relnamespace
        LEFT JOIN pg_catalog.pg_roles AS r ON r.rolname = $1::text
        WHERE p.prokind IN ('f', 'p', 'w', 'a')
        ORDER BY n.nspname COLLATE "C", p.proname COLLATE "C", p.oid
        """

    /// PostgREST reads what is set for the role it connects as, in this database before all.
    static let exposed = """
        SELECT substr(entry, strpos(entry, '=') + 1)
        FROM pg_catalog.pg_db_role_setting AS g
        LEFT JOIN pg_catalog.pg_roles AS a ON a.oid = g.setrole
        CROSS JOIN LATERAL unnest(g.setconfig) AS entry
        WHERE starts_with(entry, 'pgrst.db_schemas=') AND (g.setrole = 0 OR a.rolname = $1)
            AND g.setdatabase IN (0, (SELECT d.oid FROM pg_catalog.pg_database AS d
                WHERE d.datname = pg_catalog.current_database()))
        ORDER BY g.setrole <> 0 DESC, g.setdatabase <> 0 DESC LIMIT 1
        """

    static let schemaRights = """
        SELECT n.nspname FROM pg_catalog.pg_namespace AS n
        WHERE pg_catalog.has_schema_privilege($1::name, n.oid, 'USAGE')
        ORDER BY n.nspname COLLATE "C"
        """

    /// A right on some columns counts as one on the table: which columns are asked for is not said.
    static let tableRights = """
        SELECT n.nspname, c.relname, concat_ws(' ',
            CASE WHEN pg_catalog.has_any_column_privilege($1::name, c.oid, 'SELECT') THEN 'SELECT' END,
            CASE WHEN pg_catalog.has_any_column_privilege($1::name, c.oid, 'INSERT') THEN 'INSERT' END,
            CASE WHEN pg_catalog.has_any_column_privilege($1::name, c.oid, 'UPDATE') THEN 'UPDATE' END,
            CASE WHEN pg_catalog.has_table_privilege($1::name, c.oid, 'DELETE') THEN 'DELETE' END)
        FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
            AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
        ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
        """
}
