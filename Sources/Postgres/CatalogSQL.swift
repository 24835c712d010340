/// The queries that read the catalog.
///
/// Each returns rows for all relations at once; the relation is named
/// by its OID, and columns of keys by their numbers.
enum CatalogSQL {
    static let identity = """
        SELECT pg_catalog.current_database() AS name,
            pg_catalog.current_setting('server_version') AS version,
            pg_catalog.current_setting('server_version_num') AS version_number,
            pg_catalog.current_setting('server_encoding') AS encoding,
            pg_catalog.pg_is_in_recovery() AS in_recovery,
            CURRENT_USER AS current_user,
            (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER) AS superuser,
            pg_catalog.host(pg_catalog.inet_server_addr()) AS address,
            pg_catalog.inet_server_port() AS port,
            pg_catalog.current_setting('TimeZone') AS time_zone,
            pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()) AS now,
            pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')
                AS knows_system
        """

    static let systemIdentifier = "SELECT system_identifier FROM pg_catalog.pg_control_system()"

    static let schemas = """
        SELECT n.nspname AS schema, pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS usable
        FROM pg_catalog.pg_namespace n
        WHERE \(userSchema)
        ORDER BY n.nspname COLLATE "C"
        """

    static let relations = """
        WITH RECURSIVE part (root, oid) AS (
            SELECT i.inhparent, i.inhrelid
            FROM pg_catalog.pg_inherits i
            JOIN pg_catalog.pg_class p ON p.oid = i.inhparent AND p.relkind = 'p'
            UNION ALL
            SELECT part.root, i.inhrelid
            FROM part JOIN pg_catalog.pg_inherits i ON i.inhparent = part.oid
        ), size AS (
            SELECT part.root, max(c.reltuples) AS known, sum(greatest(c.reltuples, 0)::float8) AS tuples,
                sum(c.relpages::bigint) AS pages
            FROM part JOIN pg_catalog.pg_class c ON c.oid = part.oid AND c.relkind <> 'p'
            GROUP BY part.root
        )
        SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind,
            pg_catalog.pg_get_userbyid(c.relowner) AS owner, d.description AS comment,
            CASE WHEN coalesce(s.known, c.reltuples) >= 0
                THEN coalesce(s.tuples, c.reltuples::float8)::bigint END AS estimated_rows,
            coalesce(s.pages, c.relpages)
                * pg_catalog.current_setting('block_size')::bigint AS bytes,
            c.relrowsecurity AS row_security, c.relforcerowsecurity AS row_security_forced,
            pg_catalog.row_security_active(c.oid) AS row_security_active,
            pg_catalog.has_table_privilege(c.oid, 'SELECT') AS has_select,
            c.relkind <> 'p' AND EXISTS (
                SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid) AS has_children,
            EXISTS (SELECT FROM part JOIN pg_catalog.pg_class f ON f.oid = part.oid AND f.relkind = 'f'
                WHERE part.root = c.oid) AS has_foreign_partitions,
            c.relispartition AS is_partition
        FROM \(userRelations)
        LEFT JOIN size s ON s.root = c.oid
        LEFT JOIN pg_catalog.pg_description d
            ON d.objoid = c.oid AND d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid = 0
        ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
        """

    /// Since PostgreSQL 18, `NOT NULL` may be declared without a check of the rows there are.
    static func columns(_ version: Int) -> String {
        """
        WITH RECURSIVE domain (oid, base) AS (
            SELECT t.oid, t.typbasetype FROM pg_catalog.pg_type t WHERE t.typtype = 'd'
            UNION ALL
            SELECT domain.oid, t.typbasetype
            FROM domain JOIN pg_catalog.pg_type t ON t.oid = domain.base AND t.typtype = 'd'
        ), base AS (
            SELECT domain.oid, domain.base
            FROM domain JOIN pg_catalog.pg_type t ON t.oid = domain.base AND t.typtype <> 'd'
        )
        SELECT c.oid AS relation, a.attnum AS position, a.attname AS name,
            pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
            pg_catalog.format_type(t.oid, NULL) AS base_type, t.typcategory AS category,
            a.attnotnull AS not_null,
            \(version >= 180_000 ? looseNotNull : "false") AS not_null_loose,
            a.atthasdef OR a.attidentity <> '' AS has_default, a.attgenerated <> '' AS generated,
            CASE WHEN a.attgenerated <> '' AND \(isGenerationBuiltIn("g"))
                THEN \(generation("g")) END AS generation,
            l.collname AS collation, coalesce(l.collisdeterministic, true) AS deterministic,
            pg_catalog.has_table_privilege(c.oid, 'SELECT')
                OR pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT') AS has_select,
            d.description AS comment
        FROM \(userRelations)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_catalog.pg_attrdef g ON g.adrelid = c.oid AND g.adnum = a.attnum
            AND a.attgenerated <> ''
        LEFT JOIN base b ON b.oid = a.atttypid
        JOIN pg_catalog.pg_type t ON t.oid = coalesce(b.base, a.atttypid)
        LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
        LEFT JOIN pg_catalog.pg_description d ON d.objoid = c.oid
            AND d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid = a.attnum
        ORDER BY c.oid, a.attnum
        """
    }

    /// Whether rows from before it, or in children, need not keep it.
    private static let looseNotNull = """
        EXISTS (SELECT FROM pg_catalog.pg_constraint o WHERE o.conrelid = c.oid
            AND o.contype = 'n' AND o.conkey = ARRAY[a.attnum]
            AND (NOT o.convalidated OR o.connoinherit))
        """

    /// Since PostgreSQL 15, two nulls may count as equal.
    static func uniqueIndexes(_ version: Int) -> String {
        """
        SELECT i.indrelid AS relation, x.relname AS name, i.indkey::text AS columns,
            i.indnkeyatts AS width, i.indisprimary AS is_primary,
            i.indisvalid AND i.indisready AND i.indislive AND i.indimmediate
                AND i.indpred IS NULL AND i.indexprs IS NULL AS usable,
            i.indisvalid AND i.indisready AND i.indislive AND i.indimmediate AS in_force,
            \(version >= 150_000 ? "i.indnullsnotdistinct" : "false") AS nulls_not_distinct,
            d.description AS comment,
            CASE WHEN d.description IS NOT NULL AND \(isBuiltIn("pg_class", "x.oid"))
                THEN \(indexDefinition("x.oid")) END AS definition
        FROM \(userRelations)
        JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisunique
        JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
        LEFT JOIN pg_catalog.pg_description d ON d.objoid = x.oid
            AND d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid = 0
        ORDER BY c.oid, i.indisprimary DESC, x.relname COLLATE "C"
        """
    }

    /// A key that refers to a partitioned table is stored once more for each partition of that; those
    /// copies are left out, and so are keys of periods (since PostgreSQL 18), which promise no equality.
    static func foreignKeys(_ version: Int) -> String {
        """
        SELECT o.conrelid AS relation, o.conname AS name, o.confrelid AS referenced,
            pg_catalog.array_to_string(o.conkey, ' ') AS columns,
            pg_catalog.array_to_string(o.confkey, ' ') AS referenced_columns,
            o.convalidated AS validated,
            NOT EXISTS (SELECT FROM pg_catalog.pg_trigger g
                WHERE g.tgconstraint = o.oid AND g.tgenabled NOT IN ('O', 'A')) AS enforced,
            o.confdeltype IN ('c', 'n', 'd') OR o.confupdtype IN ('c', 'n', 'd') AS changes_referrers,
            d.description AS comment
        FROM \(userRelations)
        JOIN pg_catalog.pg_constraint o ON o.conrelid = c.oid AND o.contype = 'f'
        LEFT JOIN pg_catalog.pg_constraint parent ON parent.oid = o.conparentid
        LEFT JOIN pg_catalog.pg_description d ON d.objoid = o.oid
            AND d.classoid = 'pg_catalog.pg_constraint'::regclass AND d.objsubid = 0
        WHERE parent.conrelid IS DISTINCT FROM o.conrelid\(version >= 180_000 ? " AND NOT o.conperiod" : "")
        ORDER BY c.oid, o.conname COLLATE "C"
        """
    }

    static let checks = """
        SELECT o.conrelid AS relation, o.conname AS name,
            pg_catalog.pg_get_expr(o.conbin, o.conrelid) AS expression,
            o.convalidated AS validated, o.connoinherit AS not_inherited, d.description AS comment,
            CASE WHEN d.description IS NOT NULL THEN o.convalidated AND CASE c.relkind
                WHEN 'r' THEN NOT EXISTS (
                    SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid)
                WHEN 'p' THEN NOT EXISTS (
                    SELECT FROM pg_catalog.pg_partition_tree(c.oid) t
                    JOIN pg_catalog.pg_class f ON f.oid = t.relid AND f.relkind = 'f')
                ELSE false END AND \(isBuiltIn("pg_constraint", "o.oid")) END AS binds_every_row
        FROM \(userRelations)
        JOIN pg_catalog.pg_constraint o ON o.conrelid = c.oid AND o.contype = 'c'
        LEFT JOIN pg_catalog.pg_description d ON d.objoid = o.oid
            AND d.classoid = 'pg_catalog.pg_constraint'::regclass AND d.objsubid = 0
        ORDER BY c.oid, o.conname COLLATE "C"
        """

    /// Where the rows of foreign tables, and of tables with partitions or children, lie.
    ///
    /// Since PostgreSQL 14, a partition may be on its way out, and is no longer read; another session's
    /// temporary child never is.
    static func leaves(_ version: Int) -> String {
        """
        WITH RECURSIVE leaf (root, oid) AS (
            SELECT c.oid, c.oid FROM \(userRelations)
            WHERE c.relkind = 'f' OR EXISTS (
                SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid)
            UNION
            SELECT leaf.root, i.inhrelid
            FROM leaf JOIN pg_catalog.pg_inherits i ON i.inhparent = leaf.oid
                \(version >= 140_000 ? "AND NOT i.inhdetachpending" : "")
        )
        SELECT leaf.root AS relation, n.nspname AS schema, c.relname AS name, s.srvname AS server,
            w.fdwname AS wrapper,
            coalesce(\(fetchSize("f.ftoptions")), \(fetchSize("s.srvoptions"))) AS fetch_size
        FROM leaf
        JOIN pg_catalog.pg_class c ON c.oid = leaf.oid AND c.relkind <> 'p'
            AND NOT pg_catalog.pg_is_other_temp_schema(c.relnamespace)
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_foreign_table f ON f.ftrelid = c.oid
        LEFT JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
        LEFT JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
        ORDER BY leaf.root, leaf.oid <> leaf.root, n.nspname COLLATE "C", c.relname COLLATE "C"
        """
    }

    private static func fetchSize(_ options: String) -> String {
        """
        (SELECT o.option_value FROM pg_catalog.pg_options_to_table(\(options)) o
            WHERE o.option_name = 'fetch_size')
        """
    }

    /// What an index covers, without its name and its table's.
    static func indexDefinition(_ index: String) -> String {
        "pg_catalog.substring(pg_catalog.pg_get_indexdef(\(index)), ' USING .*')"
    }

    /// What a generated column is computed as, by its row of `pg_attrdef`.
    static func generation(_ row: String) -> String {
        "pg_catalog.pg_get_expr(\(row).adbin, \(row).adrelid)"
    }

    /// Whether a generated column uses no function and no operator that could be replaced.
    ///
    /// Before PostgreSQL 15 that hangs on the column, and since then on its row of `pg_attrdef`.
    static func isGenerationBuiltIn(_ row: String) -> String {
        """
        \(isBuiltIn("pg_attrdef", "\(row).oid"))
        AND \(isBuiltIn("pg_class", "\(row).adrelid", column: "\(row).adnum"))
        """
    }

    /// Whether something uses no function and no operator that could be replaced.
    static func isBuiltIn(_ class: String, _ object: String, column: String = "0") -> String {
        """
        NOT EXISTS (SELECT FROM pg_catalog.pg_depend p
            WHERE p.classid = 'pg_catalog.\(`class`)'::regclass AND p.objid = \(object)
            AND p.objsubid = \(column)
            AND p.refclassid IN ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass))
        """
    }

    private static let userSchema = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"

    private static let userRelations = """
        pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND \(userSchema)
            AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
        """
}
