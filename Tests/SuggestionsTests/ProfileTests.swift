import Assay
import AssayTesting
import Auditor
import Postgres
import Suggestions
import Testing

@Suite(.timeLimit(.minutes(15))) struct ProfileTests {
    private func profile(
        _ database: ScratchDatabase, configure: (inout ProfileOptions) -> Void = { _ in }
    ) async throws -> DatabaseProfile {
        var options = ProfileOptions(target: database.target)
        configure(&options)
        return try await Profiler(options: options).profile()
    }

    /// The files that are suggested, one after the other, on a day that does not change.
    private func suggested(_ profile: DatabaseProfile) -> String {
        let tables = profile.tables.map { Suggestions($0, day: "2026-11-25").text }
        return SuiteText(tables.filter { !$0.isEmpty }).files.map(\.text).joined(separator: "\n")
    }

    private static let shop = """
        CREATE TABLE customers (
            id bigint PRIMARY KEY, email text UNIQUE NOT NULL, website text, name text NOT NULL,
            country_code text, tier text, phone text, balance numeric, note text,
            created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz);
        COMMENT ON TABLE customers IS 'Who bought something';
        INSERT INTO customers
        SELECT i, CASE i % 50 WHEN 0 THEN ' Info@Shop' || i / 2 || '.example' ELSE 'info@shop' || i || '.example' END,
            CASE WHEN i % 3 > 0 THEN 'https://www.shop' || i || '.example/about' END, 'Shop ' || i,
            CASE WHEN i % 100 = 7 THEN 'Germany' ELSE 'DE' END,
            CASE WHEN i = 11 THEN 'Gold ' WHEN i % 4 = 0 THEN 'gold' ELSE 'basic' END,
            '0' || i % 7, i, CASE WHEN i % 2 = 0 THEN 'secret-note-' || i END,
            now() - i % 30 * interval '1 day', CASE WHEN i % 5 = 0 THEN now() END
        FROM generate_series(1, 1000) AS i;
        CREATE TABLE orders (
            id bigint PRIMARY KEY, customer_id bigint NOT NULL, quantity int, placed date);
        INSERT INTO orders
        SELECT i, CASE WHEN i % 250 = 0 THEN 5000 ELSE i END, CASE i WHEN 3 THEN -1 ELSE i % 9 END
        FROM generate_series(1, 1000) AS i;
        CREATE VIEW recent AS SELECT * FROM orders;
        CREATE TABLE schema_migrations (version text);
        """

    @Test func `what holds is promised, and what is nearly so becomes a warning with its count`()
        async throws
    {
        try await withScratchDatabase(setUp: Self.shop) { database in
            let profile = try await profile(database)
            expectGolden(suggested(profile), named: "shop.swift.txt")
            #expect(
                profile.skipped.map { "\($0.table) \($0.reason)" } == [
                    "public.recent a view; the tables that it reads are profiled",
                    "public.schema_migrations a migration tool's own; --table names it all the same",
                ])
        }
    }

    @Test
    func `no value leaves the database but of vocabularies, and those not where nobody asked`()
        async throws
    {
        try await withScratchDatabase(setUp: Self.shop) { database in
            let all = try await suggested(profile(database))
            #expect(all.contains("\"basic\"") && !all.contains("secret-note"))
            #expect(!all.contains("shop1.example") && !all.contains("Germany"))
            let none = try await suggested(
                profile(database) { $0.readsVocabularies = false })
            #expect(!none.contains("\"basic\"") && none.contains("Required("))
        }
    }

    @Test func `of a large table a part is read, and the evidence says so`() async throws {
        let large = """
            CREATE TABLE large (id bigint PRIMARY KEY, code text) WITH (autovacuum_enabled = false);
            INSERT INTO large SELECT i, 'code ' || i FROM generate_series(1, 40000) AS i;
            ANALYZE large;
            """
        try await withScratchDatabase(setUp: large) { database in
            let found = try await profile(database) { $0.rows = 4_000 }
            let table = try #require(found.tables.first)
            #expect((2_000...6_000).contains(table.rows))
            #expect((30_000...60_000).contains(table.sampledOf ?? 0))
            let text = suggested(found)
            #expect(text.contains("sampled rows") && text.contains("rows, of which"))
            #expect(text.contains("Unique(by: \"code\").severity(.warning)"))
            #expect(try await suggested(profile(database) { $0.rows = 4_000 }) == text)
        }
    }

    @Test func `different values of a table that is not small are counted in a part first`()
        async throws
    {
        let table = """
            CREATE TABLE items (id bigint PRIMARY KEY, code text, kind text);
            INSERT INTO items SELECT i, CASE WHEN i = 150000 THEN '1' ELSE i::text END, \
            CASE i % 3 WHEN 0 THEN 'a' ELSE 'b' END FROM generate_series(1, 150000) AS i;
            """
        try await withScratchDatabase(setUp: table) { database in
            let text = try await suggested(profile(database))
            #expect(
                text.contains(
                    """
                        // 149,999 different values in 150,000 rows
                        Unique(by: "code").severity(.warning)
                    """)
                    || text.contains(
                        #"Unique(by: "code").severity(.warning)  // 149,999 different values in 150,000 rows"#
                    ))
            #expect(text.contains(#"OneOf("kind", "a", "b")  // 150,000 of 150,000 rows"#))
        }
    }

    @Test func `a table of 1,600 columns is profiled, in bodies that compile`() async throws {
        let wide = """
            DO $$ BEGIN EXECUTE (SELECT 'CREATE TABLE wide (' || string_agg('a_long_name_' || i ||
                CASE i % 2 WHEN 0 THEN ' text' ELSE ' int' END, ', ') || ')'
                FROM generate_series(1, 1600) AS i); END $$;
            INSERT INTO wide (a_long_name_2, a_long_name_4) SELECT 'x', i FROM generate_series(1, 9) AS i;
            """
        try await withScratchDatabase(setUp: wide) { database in
            let text = try await suggested(profile(database))
            #expect(text.contains(#"Required("a_long_name_2", "a_long_name_4")  // 9 of 9 rows"#))
        }
    }

    @Test func `a database without tables is refused, and one of views with their reasons`()
        async throws
    {
        try await withScratchDatabase { database in
            let empty = try await #require(throws: Refusal.self) {
                _ = try await profile(database)
            }
            #expect(
                empty.description.hasPrefix("there is nothing to profile: the database scratch_"))
            try await database.script(
                """
                CREATE VIEW v AS SELECT 1 AS a;
                CREATE FOREIGN DATA WRAPPER nothing;
                CREATE SERVER far FOREIGN DATA WRAPPER nothing;
                CREATE FOREIGN TABLE f (a int) SERVER far;
                """)
            let views = try await #require(throws: Refusal.self) {
                _ = try await profile(database)
            }
            #expect(
                views.items.dropFirst().map(\.sentence) == [
                    "public.f: its rows lie on another server; --table names it all the same",
                    "public.v: a view; the tables that it reads are profiled",
                ])
            let broken = try await #require(throws: Refusal.self) {
                _ = try await profile(database) { $0.tables = ["f"] }
            }
            #expect(broken.description.contains("public.f: could not be read: "))
            let misspelt = try await #require(throws: Refusal.self) {
                _ = try await profile(database) { $0.tables = ["public.vv"] }
            }
            #expect(misspelt.description == "no table matches public.vv; did you mean public.v?")
        }
    }

    @Test func `a table that cannot be read takes no other with it`() async throws {
        let tables = """
            CREATE TABLE good (name text); INSERT INTO good SELECT 'x' FROM generate_series(1, 9);
            CREATE FUNCTION fail() RETURNS text LANGUAGE plpgsql IMMUTABLE AS
                'BEGIN RAISE EXCEPTION ''value 4711''; END';
            CREATE TABLE strange (a int); INSERT INTO strange VALUES (1);
            CREATE DOMAIN odd AS text;
            CREATE TABLE "a.b" ("c d" odd NOT NULL, "SELECT" timestamptz);
            INSERT INTO "a.b" SELECT 'x', 'infinity' FROM generate_series(1, 9);
            CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER far FOREIGN DATA WRAPPER nothing;
            CREATE FOREIGN TABLE bad (a int) SERVER far;
            """
        try await withScratchDatabase(setUp: tables) { database in
            let found = try await profile(database) { $0.tables = ["bad", "good", "a.b", "*a.b*"] }
            #expect(found.tables.map(\.table.name) == ["a.b", "good"])
            #expect(found.skipped.map(\.table.name) == ["bad"])
            #expect(suggested(found).contains(##"Table(#"public."a.b""#) {"##))
            #expect(suggested(found).contains(#"Required("c d", "SELECT")"#))
        }
    }
}
