import Assay
import AssayTesting
import Auditor
import Postgres
import Testing

/// SQL of a check that tries to leave the read-only transaction it runs in, as the role the README ships.
@Suite(.timeLimit(.minutes(15))) struct EscapeTests {
    private static let setUp = """
        CREATE SCHEMA core;
        CREATE TABLE core.companies (id int PRIMARY KEY, name text);
        INSERT INTO core.companies VALUES (1, 'a'), (2, 'b');
        CREATE SEQUENCE core.numbers;
        CREATE VIEW core.names AS SELECT id, name FROM core.companies;
        CREATE MATERIALIZED VIEW core.summary AS SELECT count(*) FROM core.companies;
        CREATE FUNCTION core.owner_writes() RETURNS int LANGUAGE sql SECURITY DEFINER AS
            $$ INSERT INTO core.companies VALUES (3, 'c'); SELECT 1 $$;
        CREATE FUNCTION core.owner_unlocks() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
            PERFORM set_config('transaction_read_only', 'off', true);
            DELETE FROM core.companies; RETURN 1; END $$;
        CREATE FUNCTION core.owner_sets() RETURNS int LANGUAGE plpgsql SECURITY DEFINER
            SET default_transaction_read_only = off AS $$ BEGIN
            UPDATE core.companies SET name = 'x'; RETURN 1; END $$;
        CREATE FUNCTION core.owner_defines() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
            EXECUTE 'CREATE TABLE core.made (id int)'; RETURN 1; END $$;
        CREATE FUNCTION core.owner_truncates() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
            TRUNCATE core.companies; RETURN 1; END $$;
        CREATE FUNCTION core.owner_grants() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
            GRANT ALL ON core.companies TO PUBLIC; RETURN 1; END $$;
        CREATE FUNCTION core.owner_refreshes() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
            REFRESH MATERIALIZED VIEW core.summary; RETURN 1; END $$;
        CREATE FUNCTION core.owner_comments() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
            COMMENT ON TABLE core.companies IS 'changed'; RETURN 1; END $$;
        CREATE FUNCTION core.commits() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
            COMMIT; INSERT INTO core.companies VALUES (4, 'd'); RETURN 1; END $$;
        CREATE FUNCTION core.catches() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
            BEGIN DELETE FROM core.companies; EXCEPTION WHEN OTHERS THEN
                INSERT INTO core.companies VALUES (5, 'e'); END; RETURN 1; END $$;
        CREATE FUNCTION core.locks() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
            LOCK core.companies IN ACCESS EXCLUSIVE MODE; DELETE FROM core.companies; RETURN 1; END $$;
        CREATE FUNCTION core.numbered() RETURNS int LANGUAGE sql SECURITY DEFINER AS
            $$ SELECT nextval('core.numbers')::int $$;
        CREATE FUNCTION core.counted() RETURNS int LANGUAGE sql SECURITY DEFINER AS
            $$ SELECT setval('core.numbers', 99)::int $$;
        CREATE FUNCTION core.owner_stores() RETURNS int LANGUAGE sql SECURITY DEFINER AS
            $$ SELECT lo_create(77)::int $$;
        """

    /// Queries as a check's author may write them; each tries to leave something behind.
    private static let ways: [String] = [
        "SELECT core.owner_writes()", "SELECT core.owner_unlocks()", "SELECT core.owner_sets()",
        "SELECT core.owner_defines()", "SELECT core.owner_truncates()",
        "SELECT core.owner_grants()", "SELECT core.owner_refreshes()",
        "SELECT core.owner_comments()", "SELECT core.commits()", "SELECT core.catches()",
        "SELECT core.locks()", "SELECT core.numbered()", "SELECT core.counted()",
        "SELECT core.owner_stores()",
        "SELECT nextval('core.numbers')", "SELECT setval('core.numbers', 50)",
        "SELECT lo_create(4711)", "SELECT lo_from_bytea(4712, 'x')",
        "SELECT set_config('transaction_read_only', 'off', false), core.owner_writes()",
        "SELECT set_config('default_transaction_read_only', 'off', false), core.owner_writes()",
        "SELECT set_config('session_replication_role', 'replica', false)",
        "SELECT set_config('role', 'postgres', false), core.owner_writes()",
        "SELECT set_config('session_authorization', 'postgres', false), core.owner_writes()",
        "SELECT query_to_xml('DELETE FROM core.companies RETURNING 1', true, false, '')",
        "SELECT query_to_xml('SELECT core.owner_writes()', true, false, '')",
        "SELECT * FROM ts_stat('SELECT to_tsvector(core.owner_writes()::text)')",
        "SELECT ts_rewrite('a'::tsquery, 'SELECT ''a''::tsquery, core.owner_writes()::text::tsquery')",
        "DELETE FROM core.companies RETURNING id",
        "UPDATE core.companies SET name = NULL RETURNING id",
        "INSERT INTO core.companies VALUES (6, 'f') RETURNING id",
        "WITH gone AS (DELETE FROM core.companies RETURNING id) SELECT id FROM gone",
        "SELECT id INTO core.copy FROM core.companies",
        "SELECT id FROM core.companies FOR UPDATE",
        "SELECT 1; DELETE FROM core.companies",
        "SELECT 1) AS violators; DELETE FROM core.companies; --",
        "SELECT 1) AS violators; COMMIT; DELETE FROM core.companies; SELECT (1",
        "COMMIT", "ROLLBACK", "TRUNCATE core.companies", "DROP TABLE core.companies",
        "CALL core.owner_writes()", "DO $$ BEGIN DELETE FROM core.companies; END $$",
        "COPY core.companies FROM '/dev/null'", "COPY (SELECT 1) TO PROGRAM 'touch /tmp/escaped'",
        "SELECT pg_logical_emit_message(false, 'escape', 'x')",
        "SELECT pg_advisory_lock(4711)", "SELECT pg_notify('escape', 'x')",
        "SELECT pg_reload_conf()", "SELECT pg_stat_reset()",
        "SELECT pg_read_file('postgresql.auto.conf')",
    ]

    /// All that a way out could leave in the database, as one text.
    private static func traces(_ connection: Connection) async throws -> String? {
        try await connection.query(
            """
            SELECT concat_ws(E'\\n',
                (SELECT string_agg(c::text, ',' ORDER BY id) FROM core.companies c),
                (SELECT last_value || ' ' || is_called FROM core.numbers),
                (SELECT string_agg(s::text, ',') FROM core.summary s),
                (SELECT string_agg(oid::text, ',' ORDER BY oid) FROM pg_largeobject_metadata),
                (SELECT string_agg(relname || coalesce(relacl::text, '') || xmin, ',' ORDER BY relname)
                 FROM pg_class WHERE relnamespace = 'core'::regnamespace),
                obj_description('core.companies'::regclass))
            """
        ).scalar
    }

    private static func tables(_ ways: some Sequence<String>) -> [Table] {
        let queries = ways.enumerated().map { index, way in
            NoRows("way \(index)") { SQL(unchecked: way) }
        }
        let conditions = ways.filter { $0.hasPrefix("SELECT") && !$0.contains(";") }.enumerated()
            .map { index, way in
                Required("name").named("way \(index)")
                    .where(.sql(SQL(unchecked: "(\(way)) IS NULL")))
            }
        return [
            Table(
                TableName("core.companies"), key: ["id"],
                source: SourceLocation(file: #filePath, line: 1),
                checks: [RowCount(2...2)] + queries + conditions)
        ]
    }

    @Test func `no way out of the read-only transaction leaves a trace`() async throws {
        #expect(Self.ways.count >= 40)
        try await withScratchDatabase(setUp: Self.setUp) { database in
            let role = "reader_\(database.name)"
            try await database.script(
                """
                CREATE ROLE \(role) LOGIN; ALTER ROLE \(role) SET default_transaction_read_only = on;
                GRANT USAGE ON SCHEMA core TO \(role);
                GRANT SELECT ON ALL TABLES IN SCHEMA core TO \(role);
                """)
            let observer = try await database.connect()
            let before = try await Self.traces(observer)
            let report = try await audit(database, Self.tables(Self.ways)) {
                $0.target = database.target.with("user", role)
                $0.connections = 2
            }
            #expect(try await Self.traces(observer) == before)
            #expect(try report.result("row-count").outcome == .passed)
            #expect(report.exitCode(failOn: nil) == 2)
            try await database.script("DROP OWNED BY \(role); DROP ROLE \(role)")
        }
    }

    /// What the ways are made of is dangerous: without the transaction and the grants it does harm.
    @Test func `the same ways leave traces where nothing holds them`() async throws {
        var harmful = 0
        for way in Self.ways.prefix(20) {
            try await withScratchDatabase(setUp: Self.setUp) { database in
                let connection = try await database.connect()
                let before = try await Self.traces(connection)
                // A way that fails here as well is not counted.
                _ = try? await connection.query(way)
                if try await Self.traces(connection) != before { harmful += 1 }
            }
        }
        #expect(harmful >= 15)
    }
}
