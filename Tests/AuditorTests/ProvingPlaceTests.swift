import Assay
import AssayTesting
import Auditor
import Postgres
import Testing

/// Where proofs take place, and what rows they need there.
@Suite(.timeLimit(.minutes(15))) struct ProvingPlaceTests {
    /// A table that few rows fit.
    private static let narrow = """
        CREATE EXTENSION citext;
        CREATE SCHEMA core;
        CREATE TYPE core.mood AS ENUM ('glad', 'sad');
        CREATE DOMAIN core.rank AS smallint CHECK (VALUE < 31000);
        CREATE TABLE core.groups (code char(3) PRIMARY KEY, title text NOT NULL UNIQUE);
        CREATE TABLE core.teams (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            code char(3) NOT NULL REFERENCES core.groups (code), number smallint NOT NULL,
            UNIQUE (code, number));
        CREATE TABLE core.people (
            key uuid PRIMARY KEY, a boolean NOT NULL, b citext NOT NULL UNIQUE, c varchar(5) NOT NULL,
            d numeric(4, 2) NOT NULL, e date NOT NULL, f timestamp NOT NULL, g timestamptz NOT NULL,
            h time NOT NULL, i interval NOT NULL, j jsonb NOT NULL, k json NOT NULL,
            l text[] NOT NULL, m core.mood NOT NULL, n bytea NOT NULL, o inet NOT NULL,
            aa point NOT NULL, ab xml NOT NULL, ac bit(5) NOT NULL, ad bit varying(7) NOT NULL,
            ae bit NOT NULL, af bit(99) NOT NULL, ag bit varying NOT NULL, ah tsvector NOT NULL,
            ai tsquery NOT NULL, aj "char" NOT NULL, ak macaddr NOT NULL, al macaddr8 NOT NULL,
            am pg_lsn NOT NULL, an box NOT NULL, ao circle NOT NULL, ap oid NOT NULL,
            p int4range NOT NULL, q core.rank NOT NULL, r money NOT NULL, s real NOT NULL,
            t text NOT NULL CHECK (t = ANY (ARRAY['new', 'old'])),
            u int NOT NULL CHECK (u BETWEEN 3 AND 5), v text GENERATED ALWAYS AS (upper(c)) STORED,
            w text CHECK (w <> ''),
            code char(3) NOT NULL, number smallint NOT NULL,
            FOREIGN KEY (code, number) REFERENCES core.teams (code, number));
        """

    private static let promises = Table("core.people", key: "key") {
        Required("w")
        Unique(by: "c", "d")
        InRange("s", 0.5...1.5)
        Implies(.equals("t", "new"), then: .isTrue("a"))
        OneOf("m", "glad")
        OneOf("aj", "x")
        References("c", in: "core.groups.title")
    }

    @Test(arguments: [ProofRun.Place.scratch, .here])
    func `rows are made for every type, after the rows they refer to`(
        place: ProofRun.Place
    ) async throws {
        let report = try await withScratchDatabase(setUp: Self.narrow) { database in
            let report = try await prove(database, [Self.promises], place: place)
            try await expect(0, "core.people", in: database)
            try await expect(0, "core.groups", in: database)
            return report
        }
        let others = report.proofs.filter { $0.outcome != .proven }
        #expect(others.isEmpty, "\(others)")
        #expect(report.exitCode == 0 && report.isInPlace == (place == .here))
    }

    @Test(arguments: [ProofRun.Place.scratch, .here])
    func `rows are made for which there is a partition`(place: ProofRun.Place) async throws {
        let setUp = """
            CREATE TABLE lists (id int, kind text, name text) PARTITION BY LIST (kind);
            CREATE TABLE lists_a PARTITION OF lists FOR VALUES IN ('a', 'it''s');
            CREATE TABLE lists_b PARTITION OF lists FOR VALUES IN ('b');
            CREATE TABLE nested (id int, day date DEFAULT now(), n int NOT NULL, name text)
                PARTITION BY RANGE (day);
            CREATE TABLE nested_0 PARTITION OF nested FOR VALUES FROM (MINVALUE) TO ('2001-01-01');
            CREATE TABLE nested_1 PARTITION OF nested FOR VALUES FROM ('2001-01-01') TO ('2002-01-01')
                PARTITION BY LIST (n);
            CREATE TABLE nested_2 PARTITION OF nested_1 FOR VALUES IN (-7, 8);
            CREATE TABLE rest (id int, kind text, name text) PARTITION BY LIST (kind);
            CREATE TABLE rest_a PARTITION OF rest FOR VALUES IN ('a');
            CREATE TABLE rest_b PARTITION OF rest DEFAULT;
            CREATE TABLE lonely (id int, kind text, name text) PARTITION BY LIST (kind);
            CREATE TABLE lonely_a PARTITION OF lonely FOR VALUES IN ('a');
            """
        let report = try await withScratchDatabase(setUp: setUp) { database in
            try await prove(
                database,
                [
                    Table("lists") {
                        Required("kind", "name")
                        Normalized("kind", as: .trimmed)
                        Unique(by: "kind")
                        Unique(by: "id", "kind")
                        OneOf("kind", "a", "b")
                    },
                    Table("nested") {
                        Required("name")
                        Unique(by: "id", "n")
                    },
                    Table("rest") { Required("kind", "name") },
                    Table("lonely") { Unique(by: "kind") },
                ], place: place)
        }
        let told = report.proofs.map { proof in
            [proof.id, proof.outcome.rawValue, proof.reason ?? ""].joined(separator: " ")
        }
        #expect(
            told == [
                "public.lists/required:kind held the partitioning of lists refuses what would break it, "
                    + "and what only just keeps it",
                "public.lists/required:name proven ",
                "public.lists/normalized:kind held the partitioning of lists refuses what would break "
                    + "it, and what only just keeps it",
                "public.lists/unique:kind proven ",
                "public.lists/unique:id+kind proven ",
                "public.lists/one-of:kind proven ",
                "public.nested/required:name proven ",
                "public.nested/unique:id+n proven ",
                "public.rest/required:kind proven ",
                "public.rest/required:name proven ",
                "public.lonely/unique:kind not proven its partitions take too few values that are known: a",
            ])
    }

    @Test func `a copy says that it has no rows of a materialized view`() async throws {
        let setUp = """
            CREATE TABLE companies (id int, name text);
            CREATE MATERIALIZED VIEW names AS SELECT name FROM companies;
            """
        let report = try await withScratchDatabase(setUp: setUp) { database in
            try await prove(database, [Table("names") { Required("name") }], place: .scratch)
        }
        #expect(
            report.proofs.map(\.reason) == [
                "a copy of the schema has no rows of a materialized view, and none can be made; prove what "
                    + "it reads"
            ])
    }

    @Test func `a type of which no value can be made is told, and a circle of references`()
        async throws
    {
        let setUp = """
            CREATE TYPE spot AS (x int);
            CREATE TABLE places (id int PRIMARY KEY, at spot NOT NULL, name text);
            CREATE TABLE a (id int PRIMARY KEY, b int NOT NULL, name text);
            CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL REFERENCES a);
            ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;
            CREATE TABLE short (id int PRIMARY KEY, x int NOT NULL, y int NOT NULL, name text,
                CONSTRAINT ordered CHECK (x < y));
            """
        let report = try await withScratchDatabase(setUp: setUp) { database in
            try await prove(
                database,
                [
                    Table("places", key: "id") { Required("name") },
                    Table("a", key: "id") { Required("name") },
                    Table("short", key: "id") { Required("name") },
                ], place: .here)
        }
        #expect(
            report.proofs.map(\.reason) == [
                "null: no value of type spot can be made for public.places.at",
                "null: the foreign keys of a lead in a circle that no row ends",
                "null: no row of public.short can be made: the check constraint ordered refuses it; say "
                    + "what breaks it: .violated(by: .row(\"public.short\", […]))",
            ])
        #expect(report.exitCode == 2)
    }

    @Test func `in place, a row that is there is the model for those that are made`() async throws {
        let setUp = """
            CREATE TABLE places (
                id int PRIMARY KEY, at point NOT NULL, name text, country text, size int);
            INSERT INTO places VALUES (1, '(1, 2)', 'Rome', 'IT', 7), (2, '(1, 2)', NULL, 'DE', 8);
            """
        let report = try await withScratchDatabase(setUp: setUp) { database in
            let table = Table("places", key: "id") {
                Required("name").where("country = 'DE' AND size % 2 = 0")
                Required("country").where("size > 100").named("nowhere")
                Length("name", ...10)
                RowCount(1...)
                NoRows("new tables") { "SELECT 1 FROM pg_tables WHERE tablename = 'new'" }
                    .violated(by: "CREATE TABLE new ()")
            }
            let report = try await prove(database, [table], place: .here)
            try await expect(2, "places", in: database)
            return report
        }
        #expect(
            report.proofs.map { $0.reason ?? $0.outcome.rawValue } == [
                "proven", "its where holds of no row that is there", "proven",
                "it speaks of the table as a whole: prove it in a scratch copy, without --in-place",
                "its example changes more than rows: prove it in a scratch copy, without --in-place",
            ])
    }

    @Test func `in place, a table that is locked is waited for only so long`() async throws {
        let report = try await withScratchDatabase(
            setUp: "CREATE TABLE t (id int PRIMARY KEY, name text)"
        ) { database in
            let other = try await database.connect()
            try await other.begin(.readWrite)
            try await other.execute("LOCK t IN SHARE MODE")
            let report = try await prove(
                database, [Table("t", key: "id") { Required("name", blank: .accepted) }],
                place: .here)
            try await other.rollback()
            return report
        }
        #expect(
            report.proofs.map(\.reason)
                == [
                    "canceling statement due to lock timeout; prove it on a copy, or raise --lock-timeout"
                ])
    }

    @Test func `a copy needs no right to write, and of tables only what it may read`() async throws
    {
        try await withScratchDatabase(
            setUp: """
                CREATE SCHEMA core; CREATE SCHEMA hidden;
                CREATE TABLE hidden.t (id int);
                CREATE TABLE core.t (id int PRIMARY KEY, name text);
                """
        ) { database in
            let reader = "reader_\(database.name)"
            try await database.script(
                """
                CREATE ROLE \(reader) LOGIN; GRANT USAGE ON SCHEMA core TO \(reader);
                GRANT SELECT ON core.t TO \(reader);
                ALTER ROLE \(reader) SET default_transaction_read_only = on;
                """)
            let suite = try Suite(
                name: "tests", tables: [Table("core.t", key: "id") { Required("name") }],
                root: folderOfTests())
            let options = AuditOptions(target: database.target.with("user", reader))
            let report = try await ProofRun(suite: suite, options: options, place: .scratch)
                .report()
            #expect(report.proofs.map(\.outcome) == [.proven])
            let inPlace = try await ProofRun(suite: suite, options: options, place: .here).report()
            #expect(
                inPlace.proofs.map(\.reason) == [
                    "null: permission denied for table t (SQLSTATE 42501); prove it on a copy, or as "
                        + "a role that may insert"
                ])
            try await database.script("REVOKE SELECT ON core.t FROM \(reader)")
            let error = await #expect(throws: PostgresError.self) {
                _ = try await ProofRun(suite: suite, options: options, place: .scratch).report()
            }
            #expect(error?.message.contains("the schema cannot be copied: ") == true)
            try await database.script("DROP OWNED BY \(reader); DROP ROLE \(reader)")
        }
    }

    @Test func `names that the catalog does not know are refused`() async throws {
        try await withScratchDatabase(setUp: Self.narrow) { database in
            let refusal = try await refusal {
                _ = try await prove(
                    database, [Table("core.people", key: "key") { Required("unheard") }],
                    place: .here)
            }
            #expect(refusal.items.map(\.sentence) == ["core.people has no column unheard"])
        }
    }

    private func expect(
        _ count: Int, _ table: String, in database: ScratchDatabase,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) async throws {
        let connection = try await database.connect()
        let found = try await connection.query("SELECT count(*) FROM \(table)").scalar
        #expect(found == "\(count)", "\(table)", sourceLocation: sourceLocation)
        await connection.close()
    }
}
