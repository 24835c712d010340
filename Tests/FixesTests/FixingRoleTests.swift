import Assay
import AssayTesting
import Auditor
import Fixes
import Postgres
import Testing

/// What the role that applies fixes may do, and what it may not.
@Suite struct FixingRoleTests {
    /// Calls that would run somebody else's code, or touch somebody else's tables, with the rights of the owner.
    @Test(arguments: [
        """
        CREATE TEMPORARY TABLE mine (id int PRIMARY KEY);
        CREATE TRIGGER journal AFTER INSERT ON mine REFERENCING NEW TABLE AS new_rows
            FOR EACH STATEMENT EXECUTE FUNCTION assay.journal_rows('id');
        """,
        """
        CREATE TEMPORARY TABLE mine (id int PRIMARY KEY);
        SELECT assay.start_journal(
            (SELECT nspname::text FROM pg_namespace WHERE oid = pg_my_temp_schema()), 'mine', '{id}');
        """,
        "SELECT assay.start_journal('core', 'secrets', '{id}');",
        "SELECT assay.silence_triggers('core', 'secrets');",
        "SELECT assay.silence_triggers('assay', 'altered_triggers');",
        "SELECT assay.is_built_in(1);",
    ])
    func `the fixing role goes no further than its own rights`(call: String) async throws {
        try await Self.with { fixture, role in
            let connection = try await Connection.connect(
                to: fixture.database.target.with("user", role), applicationName: "assay tests")
            let error = await #expect(throws: PostgresError.self) {
                try await connection.script("BEGIN; \(call)")
            }
            #expect(error?.sqlState == "42501", "\(error.map { "\($0)" } ?? "nothing")")
            await connection.close()
        }
    }

    @Test func `a cast that the owner of a type wrote is not called by the journal`() async throws {
        try await Self.with { fixture, role in
            try await fixture.database.script(
                """
                CREATE TYPE core.pair AS (a int);
                CREATE TABLE core.paired (id core.pair PRIMARY KEY, v text);
                INSERT INTO core.paired VALUES (ROW(1), 'a');
                CREATE FUNCTION core.spelled(core.pair) RETURNS text LANGUAGE plpgsql AS
                    $$ BEGIN RAISE EXCEPTION 'called as %', current_user; END $$;
                CREATE CAST (core.pair AS text) WITH FUNCTION core.spelled(core.pair);
                BEGIN;
                INSERT INTO assay.fix_ledger (name, digest, fingerprint) VALUES ('n', 'd', 'f');
                SELECT set_config('assay.fix', max(id)::text, true) FROM assay.fix_ledger;
                SELECT set_config('assay.statement', '1', true);
                SELECT assay.start_journal('core', 'paired', '{id}');
                UPDATE core.paired SET v = 'b' WHERE v = 'a';
                SELECT assay.stop_journal('core', 'paired');
                COMMIT;
                """)
            #expect(
                try await fixture.scalar("SELECT key::text || before FROM assay.fix_journal")
                    == "{(1)}(\"(1)\",a)")
        }
    }

    @Test func `the fixing role quarantines a value and takes that back`() async throws {
        try await Self.with { fixture, role in
            var options = FixOptions(
                target: fixture.database.target.with("user", role), now: 1_800_000_000,
                user: "author")
            options.lockTimeout = .seconds(1)
            let session = FixSession(suite: fixture.suite, options: options)
            let folder = try await fixture.plan(
                """
                INSERT INTO assay.quarantine (schema_name, table_name, key, column_name, value, reason)
                SELECT 'core', 'companies', ARRAY[id::text], 'domain', domain, 'no domain' FROM core.companies
                WHERE id = 5;
                """ + FixFixture.script
            ).folder
            try await fixture.approve(folder)
            #expect(try await session.apply(folder, commits: true) == .applied)
            #expect(try await fixture.scalar("SELECT count(*) FROM assay.quarantine") == "1")
            _ = try await session.undo("mend", commits: true, skipsConflicts: false)
            #expect(try await fixture.scalar("SELECT count(*) FROM assay.quarantine") == "0")
        }
    }

    @Test func `installing again takes back what older installations granted`() async throws {
        try await Self.with { fixture, role in
            try await fixture.database.script(
                "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA assay TO \(role)")
            let may = "SELECT has_function_privilege('\(role)', 'assay.journal_rows()', 'EXECUTE')"
            #expect(try await fixture.scalar(may) == "t")
            try await Installation().install(
                in: fixture.database.target, expected: ExpectedDatabase())
            #expect(try await fixture.scalar(may) == "f")
        }
    }

    /// A fixture with a fixing role of its own, and a table on which that has no rights.
    private static func with(_ body: (FixFixture, String) async throws -> Void) async throws {
        try await FixFixture.with { fixture in
            let role = "fixer_\(fixture.database.name)"
            try await fixture.database.script(
                "CREATE ROLE \(role) LOGIN; CREATE TABLE core.secrets (id int PRIMARY KEY)")
            try await Installation(fixRole: role).install(
                in: fixture.database.target, expected: ExpectedDatabase())
            try await fixture.database.script(
                """
                GRANT USAGE ON SCHEMA core TO \(role);
                GRANT SELECT, INSERT, UPDATE, DELETE ON core.companies, core.customers TO \(role);
                GRANT TEMPORARY ON DATABASE \(fixture.database.name) TO \(role);
                """)
            try await body(fixture, role)
            try await fixture.database.script("DROP OWNED BY \(role); DROP ROLE \(role)")
        }
    }
}
