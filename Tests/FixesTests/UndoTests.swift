import Assay
import AssayTesting
import Auditor
import Fixes
import Postgres
import Testing

/// Undos of tables that are unlike others, and of tables that lived on since.
@Suite struct UndoTests {
    /// A table and a fix of it.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let schema: String
        let fix: String
        var table = "t"
        /// What happens between the fix and its undo.
        var since = ""
        var testDescription: String { name }
    }

    @Test(arguments: [
        Case(
            name: "columns called r and t",
            schema:
                "CREATE TABLE core.t (id int PRIMARY KEY, r text, t text); INSERT INTO core.t VALUES (1, 'a', 'b')",
            fix: "UPDATE core.t SET t = upper(t) WHERE id = 1; DELETE FROM core.t WHERE id = 1;"),
        Case(
            name: "a key that is only written otherwise",
            schema:
                "CREATE TABLE core.t (id numeric PRIMARY KEY, v text); INSERT INTO core.t VALUES (1.00, 'a')",
            fix: "UPDATE core.t SET id = 1 WHERE id = 1;"),
        Case(
            name: "a key of a type that somebody made",
            schema: """
                CREATE TYPE core.colour AS ENUM ('red', 'blue');
                CREATE TABLE core.t (id core.colour PRIMARY KEY, v text); INSERT INTO core.t VALUES ('red', 'a')
                """,
            fix:
                "UPDATE core.t SET v = 'b' WHERE id = 'red'; UPDATE core.t SET id = 'blue' WHERE id = 'red';"
        ),
        Case(
            name: "a number that the server gives",
            schema: """
                CREATE TABLE core.t (id int PRIMARY KEY, n int GENERATED ALWAYS AS IDENTITY, v text);
                INSERT INTO core.t (id, v) VALUES (1, 'a'), (2, 'b')
                """,
            fix: "UPDATE core.t SET v = upper(v) WHERE id = 1; DELETE FROM core.t WHERE id = 2;"),
        Case(
            name: "a name that depends on the search path",
            schema: """
                CREATE TABLE public.named (id int);
                CREATE TABLE core.t (id int PRIMARY KEY, v text, c regclass);
                INSERT INTO core.t VALUES (1, 'a', 'public.named')
                """,
            fix: "UPDATE core.t SET v = 'b' WHERE id = 1;"),
        Case(
            name: "a table that only a cascade could have changed, and a step that changed nothing",
            schema: """
                CREATE TABLE core.t (id int PRIMARY KEY, v text);
                CREATE TABLE core.c (id int PRIMARY KEY, p int REFERENCES core.t ON DELETE CASCADE);
                INSERT INTO core.t VALUES (1, 'a')
                """,
            fix:
                "INSERT INTO core.t VALUES (3, 'n'); UPDATE core.companies SET name = 'x' WHERE id = -1;"
        ),
        Case(
            name: "an index, a default and a trigger that came later",
            schema:
                "CREATE TABLE core.t (id int PRIMARY KEY, v text); INSERT INTO core.t VALUES (1, 'a')",
            fix: "UPDATE core.t SET v = 'b' WHERE id = 1;",
            since: """
                CREATE INDEX ON core.t (v); ALTER TABLE core.t ALTER v SET DEFAULT 'c';
                CREATE TRIGGER touch BEFORE UPDATE ON core.t FOR EACH ROW EXECUTE FUNCTION core.touch();
                """),
    ])
    func `what a fix changed comes back to the byte`(one: Case) async throws {
        try await FixFixture.with("\(FixFixture.schema)\(one.schema)") { fixture in
            let image =
                "SELECT string_agg(x::text, ' ' ORDER BY x::text) FROM core.\(one.table) AS x"
            let before = try await fixture.scalar(image)
            try await fixture.apply(one.fix, resolving: [])
            #expect(try await fixture.scalar(image) != before)
            try await fixture.database.script(one.since)
            let undo = try await fixture.session().undo(
                "mend", commits: true, skipsConflicts: false)
            #expect(undo.conflicts.isEmpty)
            #expect(try await fixture.scalar(image) == before)
        }
    }

    @Test(arguments: ["ON DELETE CASCADE", "ON DELETE SET NULL"], [false, true])
    func `a row added later that a foreign key would change stops the undo`(
        action: String, skipsConflicts: Bool
    ) async throws {
        let schema = """
            \(FixFixture.schema)
            CREATE TABLE core.p (id int PRIMARY KEY, v text);
            CREATE TABLE core.c (id int PRIMARY KEY, p int REFERENCES core.p \(action), v text);
            INSERT INTO core.p VALUES (1, 'a'); INSERT INTO core.c VALUES (1, 1, 'x');
            """
        try await FixFixture.with(schema) { fixture in
            try await fixture.apply(
                "INSERT INTO core.p VALUES (3, 'n'); UPDATE core.c SET p = 3 WHERE id = 1;",
                resolving: [])
            try await fixture.database.script("INSERT INTO core.c VALUES (10, 3, 'precious')")
            await breaks("would also change 1 row of core.c") {
                try await fixture.session().undo(
                    "mend", commits: true, skipsConflicts: skipsConflicts)
            }
            #expect(try await fixture.scalar("SELECT p FROM core.c WHERE id = 10") == "3")
            try await fixture.database.script("DELETE FROM core.c WHERE id = 10")
            let undo = try await fixture.session().undo(
                "mend", commits: true, skipsConflicts: false)
            #expect(undo.restored == 2)
            #expect(try await fixture.scalar("SELECT p FROM core.c") == "1")
        }
    }

    @Test func `an AFTER trigger that changes the same row again is refused`() async throws {
        let schema = """
            \(FixFixture.schema)
            CREATE TABLE core.t (id int PRIMARY KEY, v text, ver int DEFAULT 0); INSERT INTO core.t VALUES (1, 'a');
            CREATE FUNCTION core.count() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN UPDATE core.t SET ver = ver + 1 WHERE id = NEW.id; RETURN NULL; END $$;
            CREATE TRIGGER count AFTER UPDATE OF v ON core.t FOR EACH ROW EXECUTE FUNCTION core.count();
            """
        try await FixFixture.with(schema) { fixture in
            await breaks("changes 1 row of core.t more than once") {
                try await fixture.plan(
                    "UPDATE core.t SET v = 'b' WHERE id = 1;", resolving: [])
            }
        }
    }

    @Test(arguments: ["My.Sch", "a.b"])
    func `a plan shows the rows of a table whose schema has a dot in its name`(
        schema: String
    ) async throws {
        let sql = """
            \(FixFixture.schema)
            CREATE SCHEMA "\(schema)";
            CREATE TABLE "\(schema)".p (id int PRIMARY KEY, v text);
            CREATE TABLE "\(schema)".c (id int PRIMARY KEY, p int REFERENCES "\(schema)".p);
            INSERT INTO "\(schema)".p VALUES (1, 'a'), (2, 'b'); INSERT INTO "\(schema)".c VALUES (1, 1);
            """
        try await FixFixture.with(sql) { fixture in
            let plan = try await fixture.plan(
                """
                UPDATE "\(schema)".c SET p = 2 WHERE p = 1;
                DELETE FROM "\(schema)".p WHERE id = 1;
                """, resolving: []
            ).plan
            #expect(plan.samples.map(\.table) == ["\(schema).c", "\(schema).p"])
            #expect(plan.dependants.map(\.resolved) == [1])
        }
    }

    @Test func `a table that others inherit from is refused`() async throws {
        let schema = """
            \(FixFixture.schema)
            CREATE TABLE core.t (id int PRIMARY KEY, v text);
            CREATE TABLE core.u (more text) INHERITS (core.t); INSERT INTO core.u VALUES (1, 'a', 'm');
            """
        try await FixFixture.with(schema) { fixture in
            await refuses("other tables inherit from core.t") {
                try await fixture.plan(
                    "DELETE FROM core.t WHERE id = 1;", resolving: [])
            }
        }
    }

    @Test func `the triggers of partitions are silent, and stand afterwards as they stood`()
        async throws
    {
        let schema = """
            \(FixFixture.schema)
            CREATE TABLE core.t (id int PRIMARY KEY, v text, updated_at timestamptz) PARTITION BY RANGE (id);
            CREATE TABLE core.t1 PARTITION OF core.t FOR VALUES FROM (0) TO (10);
            CREATE TABLE core.t2 PARTITION OF core.t FOR VALUES FROM (10) TO (20);
            CREATE TRIGGER of_all BEFORE UPDATE ON core.t FOR EACH ROW EXECUTE FUNCTION core.touch();
            CREATE TRIGGER of_one BEFORE UPDATE ON core.t1 FOR EACH ROW EXECUTE FUNCTION core.touch();
            ALTER TABLE core.t2 DISABLE TRIGGER of_all;
            INSERT INTO core.t VALUES (1, 'a', '2026-01-01'), (11, 'b', '2026-01-01');
            """
        let triggers = """
            SELECT string_agg(tgrelid::regclass || '.' || tgname || tgenabled::text, ' ' ORDER BY tgrelid, tgname)
            FROM pg_trigger WHERE NOT tgisinternal
            """
        try await FixFixture.with(schema) { fixture in
            let image = "SELECT string_agg(t::text, ' ' ORDER BY id) FROM core.t AS t"
            let (before, stood) = (
                try await fixture.scalar(image), try await fixture.scalar(triggers)
            )
            try await fixture.apply(
                "UPDATE core.t SET v = upper(v) WHERE id < 20;", resolving: [])
            _ = try await fixture.session().undo("mend", commits: true, skipsConflicts: false)
            #expect(try await fixture.scalar(image) == before)
            #expect(try await fixture.scalar(triggers) == stood)
        }
    }

    @Test func `a plan and a dry run lock no reader out`() async throws {
        try await FixFixture.with { fixture in
            let reader = try await fixture.database.connect()
            try await reader.script("BEGIN; SELECT FROM core.companies")
            let folder = try await fixture.plan().folder
            #expect(try await fixture.session().apply(folder, commits: false) == .rehearsed)
            try await reader.script("COMMIT")
        }
    }
}
