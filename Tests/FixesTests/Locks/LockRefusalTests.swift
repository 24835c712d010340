import Assay
import AssayTesting
import Auditor
import Fixes
import Postgres
import Testing

/// What no constraint can hold, and what one holds without proving it.
@Suite(.timeLimit(.minutes(15))) struct LockRefusalTests {
    private static let schema = """
        CREATE SCHEMA core;
        CREATE TABLE core.parents (id int, code text);
        CREATE TABLE core.things (id int PRIMARY KEY, a int, b text, day date, at timestamptz);
        INSERT INTO core.things VALUES (1, 1, 'x', '2026-01-01', '2026-01-01Z');
        """

    /// A check, and words of the refusal.
    private struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let check: @Sendable () -> any Check

        init(_ words: String, _ check: @escaping @Sendable () -> any Check) {
            testDescription = words
            self.check = check
        }
    }

    private static let cases = [
        Case("keep the audit") { RowCount(1...) },
        Case("about the time") { Fresh("at", within: .days(36_500)) },
        Case("say it as Implies") { NoRows("none") { "SELECT id FROM core.things WHERE a > 9" } },
        Case("about a statement") { Resolvable("one") { "SELECT 1" } },
        Case("counts different values") { PoisonedDomain("b", names: "b") },
        Case("it allows 1 row") { InRange("a", 0...9).allow(upTo: .rows(1)) },
        Case("has a subquery") { Implies(.present("a"), then: "a IN (SELECT 1)") },
        Case("is not immutable") { Implies(.present("at"), then: "at < now()") },
        Case("is not immutable") { Implies(.present("at"), then: "at::date > '2000-01-01'") },
        Case("is not immutable") { Unique(by: "a").where("day > CURRENT_DATE") },
        Case("“yesterday” in a constraint") { InRange("day", through: "yesterday") },
        Case("“today” in a constraint") { Implies(.present("day"), then: "day <= DATE 'Today'") },
        Case("core.parents has none on id; declare Unique on it") {
            References("a", in: "core.parents.id").allow(upTo: .rows(0))
        },
        Case("declare Normalized(\"b\", as: .domain) and lock that in too") { SharedHost("b") },
    ]

    @Test(arguments: cases)
    private func `what no constraint can hold is a refusal that says why`(example: Case)
        async throws
    {
        let table = Table("core.things", key: "id") { example.check() }
        try await FixFixture.with(Self.schema, tables: [table]) { fixture in
            let before = try await fixture.definitions()
            let words = try await refusal { try await fixture.lock() }
            #expect(words.contains(example.testDescription), "\(words)")
            #expect(words.contains("cannot be locked in: "), "\(words)")
            #expect(try await fixture.definitions() == before)
        }
    }

    @Test func `a word that is a day to a date is text to a text`() async throws {
        let table = Table("core.things", key: "id") { Matches("b", like: "today", "x") }
        try await FixFixture.with(Self.schema, tables: [table]) { fixture in
            try await fixture.lockIn()
            #expect(try await fixture.proofs() == ["constraint things_b_matches"])
        }
    }

    @Test func `a lock on a key names the check that must be locked in with it`() async throws {
        let table = Table("core.things", key: "id") {
            Normalized("b", as: .domain)
            Unique(by: .normalized("b", as: .domain))
        }
        try await FixFixture.with(Self.schema, tables: [table]) { fixture in
            try await fixture.database.script("UPDATE core.things SET b = NULL")
            let words = try await refusal { try await fixture.lock("core.things/unique:b.domain") }
            #expect(
                words.contains("lock in core.things/normalized:b too, in this command or before"))
            try await fixture.lockIn("core.things/normalized:b")
            try await fixture.lockIn("core.things/unique:b.domain")
            #expect(try await fixture.proofs().allSatisfy { $0 != "measured" })
        }
    }

    @Test func `a reference and the key that it needs are locked in together`() async throws {
        let parents = Table("core.parents") { Unique(by: "id") }
        let things = Table("core.things", key: "id") { References("a", in: "core.parents.id") }
        try await FixFixture.with(Self.schema, tables: [things, parents]) { fixture in
            try await fixture.database.script("INSERT INTO core.parents VALUES (1, 'a')")
            try await fixture.lockIn()
            #expect(
                try await fixture.proofs() == [
                    "foreign key things_a_fkey", "unique index parents_id_key",
                ])
            #expect(try await fixture.definitions().contains("things_a_idx ON core.things"))
        }
    }

    @Test func `a function that could be replaced holds rows and proves nothing`() async throws {
        let schema =
            Self.schema
                + """
                CREATE FUNCTION core.fits(int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT $1 < 5';
                """
        let table = Table("core.things", key: "id") {
            Implies(.present("a"), then: "core.fits(a)").named("fits")
        }
        try await FixFixture.with(schema, tables: [table]) { fixture in
            let script = try await fixture.session().lock(
                ["core.things/implies:fits"], file: "lock.sql")
            #expect(script.entries.first?.caveat?.contains("could be replaced") == true)
            try await fixture.lockIn()
            #expect(try await fixture.proofs() == ["measured"])
            await #expect(throws: PostgresError.self) {
                try await fixture.database.script("INSERT INTO core.things (id, a) VALUES (2, 7)")
            }
        }
    }

    private static let kinds = Table("core.things") { OneOf("kind", "a", "b") }

    @Test func `tables that inherit are not proven by the constraint of their parent`() async throws
    {
        let schema = """
            CREATE SCHEMA core; CREATE TABLE core.things (kind text);
            """
        try await FixFixture.with(schema, tables: [Self.kinds]) { fixture in
            try await fixture.lockIn()
            #expect(try await fixture.proofs() == ["constraint things_kind_one_of"])
            try await fixture.database.script("CREATE TABLE core.child () INHERITS (core.things)")
            #expect(try await fixture.proofs() == ["measured"])
        }
    }

    @Test func `partitions are proven by the constraint of the whole, those elsewhere are not`()
        async throws
    {
        let schema = """
            CREATE SCHEMA core; CREATE TABLE core.things (kind text, n int) PARTITION BY LIST (n);
            CREATE TABLE core.one PARTITION OF core.things FOR VALUES IN (1);
            INSERT INTO core.things VALUES ('a', 1);
            """
        try await FixFixture.with(schema, tables: [Self.kinds]) { fixture in
            try await fixture.lockIn()
            #expect(try await fixture.proofs() == ["constraint things_kind_one_of"])
            await #expect(throws: PostgresError.self) {
                try await fixture.database.script("INSERT INTO core.one VALUES ('c', 1)")
            }
            try await fixture.database.script(
                """
                CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER nowhere FOREIGN DATA WRAPPER nothing;
                CREATE FOREIGN TABLE core.two PARTITION OF core.things FOR VALUES IN (2) SERVER nowhere;
                """)
            #expect(try await fixture.proofs() != ["constraint things_kind_one_of"])
        }
    }

    @Test func `a key of a partitioned table is a refusal`() async throws {
        let schema = """
            CREATE SCHEMA core; CREATE TABLE core.things (kind text, n int) PARTITION BY LIST (n);
            """
        let table = Table("core.things") { Unique(by: "n") }
        try await FixFixture.with(schema, tables: [table]) { fixture in
            let words = try await refusal { try await fixture.lock() }
            #expect(words.contains("is partitioned"))
        }
    }

    @Test func `a constraint of somebody else's keeps its name`() async throws {
        let schema = """
            CREATE SCHEMA core; CREATE TABLE core.things (kind text,
                CONSTRAINT things_kind_one_of CHECK (kind <> ''));
            """
        try await FixFixture.with(schema, tables: [Self.kinds]) { fixture in
            try await fixture.lockIn()
            let proof = try #require(try await fixture.proofs().first)
            #expect(proof.hasPrefix("constraint things_kind_one_of_"))
            #expect(try await fixture.definitions().contains("(kind <> ''::text)"))
        }
    }
}
