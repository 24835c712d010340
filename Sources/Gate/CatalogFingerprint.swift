import Assay
public import Postgres

/// What a database's catalog says of everything that users made, as lines of text in no order.
///
/// Two catalogs are the same when they have the same lines, whatever the order in which things were made,
/// and whatever the numbers by which the server knows them. What belongs to an extension is the extension's.
public struct CatalogFingerprint: Sendable, Hashable {
    /// The lines, such as `column core.companies.name text f  `, sorted.
    public let facts: [String]
    /// A SHA-256 of the lines, in hexadecimal.
    public let digest: String

    /// Reads the catalog as the connection sees it, in its transaction where it is in one.
    ///
    /// - Parameters:
    ///   - connection: A connection to the database.
    ///   - roles: Whether the server's roles are of it; on a server of others they change by themselves.
    /// - Returns: The catalog's lines.
    /// - Throws: What the server says.
    public static func read(
        from connection: Connection, roles: Bool = false
    ) async throws(PostgresError) -> CatalogFingerprint {
        let query = try query(of: everything + (roles ? self.roles : [])).rendered(
            quoting: connection.quoted
        ).text
        let rows = try await connection.underPlainSearchPath { plain throws(PostgresError) in
            try await plain.query(query)
        }
        return CatalogFingerprint(
            facts: rows.dropLast().compactMap { $0[0] }, digest: rows.last?[0] ?? "")
    }

    /// The facts that only one of two catalogs has.
    ///
    /// - Parameter other: The catalog that this one is held against.
    /// - Returns: What only `other` has, and what only this one has; both sorted.
    public func difference(from other: CatalogFingerprint) -> (missing: [String], added: [String]) {
        let (own, others) = (Set(facts), Set(other.facts))
        return (other.facts.filter { !own.contains($0) }, facts.filter { !others.contains($0) })
    }
}

extension Connection {
    /// Runs queries over the catalog in which the server spells every name with its schema.
    ///
    /// A transaction that is open keeps its own search path; without one, the queries get a transaction.
    func underPlainSearchPath<Value: Sendable>(
        _ body: @Sendable (isolated Connection) async throws(PostgresError) -> Value
    ) async throws(PostgresError) -> Value {
        let isInTransaction = isInTransaction
        try await execute(
            isInTransaction ? "SAVEPOINT assay_search_path" : "BEGIN ISOLATION LEVEL READ COMMITTED"
        )
        try await execute("SET LOCAL search_path = pg_catalog")
        let value = try await body(self)
        // Rolled back, so that the setting goes too.
        try await script(
            isInTransaction
                ? "ROLLBACK TO SAVEPOINT assay_search_path; RELEASE SAVEPOINT assay_search_path"
                : "ROLLBACK")
        return value
    }
}

extension CatalogFingerprint {
    /// Schemas that users made, or `public`.
    static func isUsers(_ name: SQL) -> SQL {
        "\(name) <> 'information_schema' AND \(name) !~ '^pg_'"
    }

    /// What no extension has made.
    static func isFree(_ object: SQL, in catalog: SQL) -> SQL {
        """
        NOT EXISTS (SELECT FROM pg_depend AS owned WHERE owned.classid = '\(catalog)'::regclass \
        AND owned.objid = \(object) AND owned.deptype = 'e')
        """
    }

    /// The rights of an object, sorted, with those that it has by itself.
    private static func rights(_ list: SQL, _ letter: SQL, _ owner: SQL) -> SQL {
        """
        (SELECT string_agg(a::text, ' ' ORDER BY a::text COLLATE "C") \
        FROM unnest(coalesce(\(list), acldefault('\(letter)', \(owner)))) AS a)
        """
    }

    private static let everything = relations + settings + routines + types + others + rare

    /// The facts, sorted, and behind them their digest.
    private static func query(of parts: [SQL]) -> SQL {
        """
        WITH chosen AS MATERIALIZED (SELECT c.*, n.nspname || '.' || c.relname AS name \
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace \
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c') AND \(isUsers("n.nspname")) \
        AND \(isFree("c.oid", in: "pg_class"))), \
        facts AS (\(SQL.definitionFacts(referenced: false)) \
        UNION ALL \(parts.joined(separator: " UNION ALL "))), \
        sorted AS MATERIALIZED (SELECT fact FROM facts WHERE fact IS NOT NULL) \
        SELECT answer FROM (SELECT fact AS answer, 0 AS part FROM sorted UNION ALL \
        SELECT encode(sha256(convert_to(coalesce(string_agg(fact, chr(10) \
        ORDER BY fact COLLATE "C"), ''), 'UTF8')), 'hex'), 1 FROM sorted) AS answers \
        ORDER BY part, answer COLLATE "C"
        """
    }

    private static let relations: [SQL] = [
        """
        SELECT format('relation %s %s%s of %s %s%s %s %s', name, relkind, relpersistence, \
        relowner::regrole, relrowsecurity, relforcerowsecurity, \
        (SELECT string_agg(o, ',' ORDER BY o COLLATE "C") FROM unnest(reloptions) AS o), \
        \(rights("relacl", "r", "relowner"))) FROM chosen WHERE relkind NOT IN ('S', 'c')
        """,
        """
        SELECT format('view %s %s', name, pg_get_viewdef(oid)) FROM chosen \
        WHERE relkind IN ('v', 'm')
        """,
        """
        SELECT format('rule %s', pg_get_ruledef(r.oid)) FROM chosen \
        JOIN pg_rewrite AS r ON r.ev_class = chosen.oid WHERE r.rulename <> '_RETURN'
        """,
        """
        SELECT format('partition %s by %s for %s', name, pg_get_partkeydef(oid), \
        pg_get_expr(relpartbound, oid)) FROM chosen WHERE relkind = 'p' OR relispartition
        """,
        """
        SELECT format('parent %s %s', name, i.inhparent::regclass) FROM chosen \
        JOIN pg_inherits AS i ON i.inhrelid = chosen.oid
        """,
        """
        SELECT format('identity %s.%s %s %s %s', name, a.attname, a.attidentity, \
        nullif(a.attcollation, t.typcollation)::regcollation, \
        (SELECT string_agg(x::text, ' ' ORDER BY x::text COLLATE "C") FROM unnest(a.attacl) AS x)) \
        FROM chosen JOIN pg_attribute AS a ON a.attrelid = chosen.oid AND a.attnum > 0 \
        AND NOT a.attisdropped JOIN pg_type AS t ON t.oid = a.atttypid \
        WHERE a.attidentity <> '' OR a.attacl IS NOT NULL OR a.attcollation <> t.typcollation
        """,
        """
        SELECT format('policy %s.%s %s%s to %s using %s check %s', name, p.polname, p.polcmd, \
        p.polpermissive, (SELECT string_agg(CASE r WHEN 0 THEN 'public' \
        ELSE r::regrole::text END, ',' ORDER BY r::regrole::text COLLATE "C") FROM unnest(p.polroles) AS r), \
        pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) \
        FROM chosen JOIN pg_policy AS p ON p.polrelid = chosen.oid
        """,
        """
        SELECT format('sequence %s %s %s %s %s %s %s %s %s', name, q.seqtypid::regtype, q.seqstart, \
        q.seqincrement, q.seqmin, q.seqmax, q.seqcycle, \
        (SELECT format('%s.%s', d.refobjid::regclass, a.attname) FROM pg_depend AS d \
        JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid \
        WHERE d.classid = 'pg_class'::regclass AND d.objid = chosen.oid AND d.deptype IN ('a', 'i') \
        AND d.refobjsubid > 0), \(rights("relacl", "s", "relowner"))) \
        FROM chosen JOIN pg_sequence AS q ON q.seqrelid = chosen.oid
        """,
        """
        SELECT format('statistics %s', pg_get_statisticsobjdef(x.oid)) FROM chosen \
        JOIN pg_statistic_ext AS x ON x.stxrelid = chosen.oid
        """,
        """
        SELECT format('index %s is not valid', i.indexrelid::regclass) FROM chosen \
        JOIN pg_index AS i ON i.indrelid = chosen.oid WHERE NOT i.indisvalid
        """,
    ]

    private static let routines: [SQL] = [
        """
        SELECT format('function %s of %s %s %s', p.oid::regprocedure, p.proowner::regrole, \
        \(rights("p.proacl", "f", "p.proowner")), pg_get_functiondef(p.oid)) \
        FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace \
        WHERE p.prokind <> 'a' AND \(isUsers("n.nspname")) AND \(isFree("p.oid", in: "pg_proc"))
        """,
        """
        SELECT format('aggregate %s %s %s %s %s', p.oid::regprocedure, a.aggtransfn, a.aggfinalfn, \
        a.aggtranstype::regtype, a.agginitval) FROM pg_proc AS p \
        JOIN pg_aggregate AS a ON a.aggfnoid = p.oid JOIN pg_namespace AS n ON n.oid = p.pronamespace \
        WHERE \(isUsers("n.nspname")) AND \(isFree("p.oid", in: "pg_proc"))
        """,
    ]

    private static let types: [SQL] = [
        """
        SELECT format('enum %s %s', t.oid::regtype, (SELECT string_agg(e.enumlabel, ',' \
        ORDER BY e.enumsortorder) FROM pg_enum AS e WHERE e.enumtypid = t.oid)) \
        FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace \
        WHERE t.typtype = 'e' AND \(isUsers("n.nspname")) AND \(isFree("t.oid", in: "pg_type"))
        """,
        """
        SELECT format('domain %s %s %s %s %s', t.oid::regtype, format_type(t.typbasetype, t.typtypmod), \
        t.typnotnull, t.typdefault, (SELECT string_agg(o.conname || ' ' || pg_get_constraintdef(o.oid), \
        ',' ORDER BY o.conname COLLATE "C") FROM pg_constraint AS o WHERE o.contypid = t.oid)) \
        FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace \
        WHERE t.typtype = 'd' AND \(isUsers("n.nspname")) AND \(isFree("t.oid", in: "pg_type"))
        """,
        """
        SELECT format('range %s %s', t.oid::regtype, r.rngsubtype::regtype) FROM pg_type AS t \
        JOIN pg_range AS r ON r.rngtypid = t.oid JOIN pg_namespace AS n ON n.oid = t.typnamespace \
        WHERE \(isUsers("n.nspname")) AND \(isFree("t.oid", in: "pg_type"))
        """,
    ]

    private static let others: [SQL] = [
        """
        SELECT format('schema %s of %s %s', n.nspname, n.nspowner::regrole, \
        \(rights("n.nspacl", "n", "n.nspowner"))) FROM pg_namespace AS n \
        WHERE \(isUsers("n.nspname")) AND \(isFree("n.oid", in: "pg_namespace"))
        """,
        """
        SELECT format('extension %s %s in %s', x.extname, x.extversion, x.extnamespace::regnamespace) \
        FROM pg_extension AS x
        """,
        """
        SELECT format('default rights of %s in %s on %s %s', d.defaclrole::regrole, \
        nullif(d.defaclnamespace, 0)::regnamespace, d.defaclobjtype, \
        (SELECT string_agg(a::text, ' ' ORDER BY a::text COLLATE "C") FROM unnest(d.defaclacl) AS a)) \
        FROM pg_default_acl AS d
        """,
        """
        SELECT format('event trigger %s %s %s %s', e.evtname, e.evtevent, e.evtenabled, \
        e.evtfoid::regprocedure) FROM pg_event_trigger AS e \
        WHERE \(isFree("e.oid", in: "pg_event_trigger"))
        """,
        """
        SELECT format('publication %s %s %s', p.pubname, p.puballtables, (SELECT string_agg(\
        r.prrelid::regclass::text, ',' ORDER BY r.prrelid::regclass::text COLLATE "C") \
        FROM pg_publication_rel AS r WHERE r.prpubid = p.oid)) FROM pg_publication AS p
        """,
        """
        SELECT format('comment %s %s: %s', i.type, i.identity, d.description) \
        FROM pg_description AS d, pg_identify_object(d.classoid, d.objoid, d.objsubid) AS i \
        WHERE d.objoid >= 16384 AND i.identity !~ '^pg_toast' \
        AND \(isFree("d.objoid", in: "pg_class")) AND \(isFree("d.objoid", in: "pg_proc")) \
        AND d.classoid <> 'pg_extension'::regclass
        """,
    ]
}
