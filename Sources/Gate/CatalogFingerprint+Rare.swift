import Assay

extension CatalogFingerprint {
    /// What is set of tables and columns beside their definitions.
    static let settings: [SQL] = [
        """
        SELECT format('settings %s.%s storage %s compression %s statistics %s %s', name, a.attname, \
        nullif(a.attstorage, t.typstorage), nullif(a.attcompression, ''), nullif(a.attstattarget, -1), \
        (SELECT string_agg(o, ',' ORDER BY o COLLATE "C") FROM unnest(a.attoptions) AS o)) \
        FROM chosen JOIN pg_attribute AS a ON a.attrelid = chosen.oid AND a.attnum > 0 \
        AND NOT a.attisdropped JOIN pg_type AS t ON t.oid = a.atttypid \
        WHERE a.attstorage <> t.typstorage OR a.attcompression <> '' OR a.attstattarget <> -1 \
        OR a.attoptions IS NOT NULL
        """,
        """
        SELECT format('replication %s %s', name, relreplident) FROM chosen \
        WHERE relkind IN ('r', 'p', 'm') AND relreplident <> 'd'
        """,
        """
        SELECT format('index %s%s%s', i.indexrelid::regclass, \
        CASE WHEN i.indisreplident THEN ' identifies rows for replication' END, \
        CASE WHEN i.indisclustered THEN ' is the one to cluster by' END) FROM chosen \
        JOIN pg_index AS i ON i.indrelid = chosen.oid WHERE i.indisreplident OR i.indisclustered
        """,
        """
        SELECT format('settings %s.%s statistics %s', i.indexrelid::regclass, a.attnum, a.attstattarget) \
        FROM chosen JOIN pg_index AS i ON i.indrelid = chosen.oid \
        JOIN pg_attribute AS a ON a.attrelid = i.indexrelid WHERE a.attstattarget <> -1
        """,
    ]

    /// What few schemas have.
    static let rare: [SQL] = [
        """
        SELECT format('cast %s to %s by %s %s%s', c.castsource::regtype, c.casttarget::regtype, \
        c.castfunc::regprocedure, c.castcontext, c.castmethod) FROM pg_cast AS c \
        WHERE c.oid >= 16384 AND \(isFree("c.oid", in: "pg_cast"))
        """,
        """
        SELECT format('operator %s of %s by %s %s %s %s %s %s%s', o.oid::regoperator, \
        o.oprowner::regrole, o.oprcode, o.oprcom::regoperator, o.oprnegate::regoperator, o.oprrest, \
        o.oprjoin, o.oprcanmerge, o.oprcanhash) FROM pg_operator AS o \
        JOIN pg_namespace AS n ON n.oid = o.oprnamespace \
        WHERE \(isUsers("n.nspname")) AND \(isFree("o.oid", in: "pg_operator"))
        """,
        """
        SELECT format('class %s of %s by %s%s', \
        (pg_identify_object('pg_opclass'::regclass, c.oid, 0)).identity, c.opcowner::regrole, \
        c.opcintype::regtype, CASE WHEN c.opcdefault THEN ' by default' END) FROM pg_opclass AS c \
        JOIN pg_namespace AS n ON n.oid = c.opcnamespace \
        WHERE \(isUsers("n.nspname")) AND \(isFree("c.oid", in: "pg_opclass"))
        """,
        """
        SELECT format('configuration %s of %s by %s %s', c.oid::regconfig, c.cfgowner::regrole, \
        p.prsname, (SELECT string_agg(format('%s %s %s', m.maptokentype, m.mapseqno, \
        m.mapdict::regdictionary), ',' ORDER BY m.maptokentype, m.mapseqno) \
        FROM pg_ts_config_map AS m WHERE m.mapcfg = c.oid)) FROM pg_ts_config AS c \
        JOIN pg_ts_parser AS p ON p.oid = c.cfgparser \
        JOIN pg_namespace AS n ON n.oid = c.cfgnamespace \
        WHERE \(isUsers("n.nspname")) AND \(isFree("c.oid", in: "pg_ts_config"))
        """,
        """
        SELECT format('dictionary %s of %s by %s %s', d.oid::regdictionary, d.dictowner::regrole, \
        t.tmplname, d.dictinitoption) FROM pg_ts_dict AS d \
        JOIN pg_ts_template AS t ON t.oid = d.dicttemplate \
        JOIN pg_namespace AS n ON n.oid = d.dictnamespace \
        WHERE \(isUsers("n.nspname")) AND \(isFree("d.oid", in: "pg_ts_dict"))
        """,
        """
        SELECT format('collation %s of %s %s', c.oid::regcollation, c.collowner::regrole, \
        to_jsonb(c) - '{oid,collnamespace,collowner}'::text[]) FROM pg_collation AS c \
        JOIN pg_namespace AS n ON n.oid = c.collnamespace \
        WHERE \(isUsers("n.nspname")) AND \(isFree("c.oid", in: "pg_collation"))
        """,
        """
        SELECT format('conversion %s.%s of %s %s to %s by %s%s', n.nspname, c.conname, \
        c.conowner::regrole, c.conforencoding, c.contoencoding, c.conproc, \
        CASE WHEN c.condefault THEN ' by default' END) FROM pg_conversion AS c \
        JOIN pg_namespace AS n ON n.oid = c.connamespace \
        WHERE \(isUsers("n.nspname")) AND \(isFree("c.oid", in: "pg_conversion"))
        """,
    ]

    /// The roles of the server, which all of its databases share.
    static let roles: [SQL] = [
        """
        SELECT format('role %s %s', r.rolname, \
        to_jsonb(r) - '{oid,rolname,rolpassword,rolconfig}'::text[]) FROM pg_roles AS r \
        WHERE r.rolname !~ '^pg_'
        """,
        """
        SELECT format('member %s of %s%s', m.member::regrole, m.roleid::regrole, \
        CASE WHEN m.admin_option THEN ' may admit others' END) FROM pg_auth_members AS m \
        WHERE m.member::regrole::text !~ '^pg_'
        """,
        """
        SELECT format('configuration of %s: %s', s.setrole::regrole, \
        (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(s.setconfig) AS o)) \
        FROM pg_db_role_setting AS s WHERE s.setrole <> 0 AND s.setdatabase IN (0, \
        (SELECT oid FROM pg_database WHERE datname = current_database()))
        """,
    ]
}
