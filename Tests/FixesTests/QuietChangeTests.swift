import Assay
import AssayTesting
import Auditor
import Fixes
import Testing

/// What a script changes without saying so: triggers, rules and functions, and partitions by another name.
@Suite struct QuietChangeTests {
    private static let notes = """
        CREATE TABLE core.notes (id int PRIMARY KEY, count int);
        INSERT INTO core.notes VALUES (1, 0), (2, 0), (3, 0);
        CREATE FUNCTION core.note() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN UPDATE core.notes SET count = count + 1 WHERE id = 1; RETURN NULL; END $$;
        """

    @Test(
        arguments: [
            (
                "CREATE TRIGGER note AFTER UPDATE ON core.companies FOR EACH ROW EXECUTE FUNCTION core.note()",
                "", "quietly change 1 row of core.notes"
            ),
            (
                """
                CREATE CONSTRAINT TRIGGER note AFTER UPDATE ON core.companies
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION core.note()
                """, "", "quietly change 1 row of core.notes"
            ),
            (
                """
                CREATE RULE note AS ON UPDATE TO core.companies
                DO ALSO UPDATE core.notes SET count = count + 1
                """, "", "quietly change 3 rows of core.notes"
            ),
            (
                "CREATE FUNCTION core.wipe() RETURNS void LANGUAGE sql AS 'DELETE FROM core.notes'",
                "SELECT core.wipe();", "quietly change 3 rows of core.notes"
            ),
            (
                "CREATE FUNCTION core.wipe() RETURNS void LANGUAGE sql AS 'TRUNCATE core.notes'",
                "SELECT core.wipe();", "quietly empty, alter, make, drop or lock core.notes"
            ),
            (
                """
                CREATE FUNCTION core.drop() RETURNS void LANGUAGE sql AS
                'CREATE TEMPORARY TABLE mine (); DROP TABLE mine; DROP TABLE core.notes'
                """, "SELECT core.drop();", "quietly empty, alter, make, drop or lock core.notes"
            ),
            (
                "CREATE FUNCTION core.make() RETURNS void LANGUAGE sql AS 'CREATE TABLE core.more ()'",
                "SELECT core.make();", "quietly empty, alter, make, drop or lock core.more"
            ),
        ])
    func `a change of a table that the script does not name is refused`(
        cause: String, step: String, words: String
    ) async throws {
        try await FixFixture.with("\(FixFixture.schema)\(Self.notes)\(cause)") { fixture in
            await breaks(words) { try await fixture.plan(step + FixFixture.script) }
            let notes = try await fixture.scalar(
                "SELECT sum(count) || ':' || count(*) FROM core.notes")
            #expect(notes == "0:3")
        }
    }

    @Test func `a function may make and drop a temporary table`() async throws {
        let function = """
            CREATE FUNCTION core.mine() RETURNS void LANGUAGE plpgsql AS
                $$ BEGIN CREATE TEMPORARY TABLE mine (); DROP TABLE mine; END $$;
            """
        try await FixFixture.with(FixFixture.schema + function) { fixture in
            try await fixture.apply("SELECT core.mine(); \(FixFixture.script)")
        }
    }

    @Test func `a trigger that stands aside for a fix is no hindrance, and works for others`()
        async throws
    {
        let trigger = """
            CREATE TRIGGER note AFTER UPDATE ON core.companies FOR EACH ROW
            WHEN (coalesce(current_setting('assay.fix', true), '') = '') EXECUTE FUNCTION core.note();
            """
        try await FixFixture.with("\(FixFixture.schema)\(Self.notes)\(trigger)") { fixture in
            try await fixture.apply()
            #expect(try await fixture.scalar("SELECT sum(count) FROM core.notes") == "0")
            try await fixture.database.script("UPDATE core.companies SET name = 'A' WHERE id = 1")
            #expect(try await fixture.scalar("SELECT sum(count) FROM core.notes") == "1")
        }
    }

    private static let readings = Table("core.readings", key: "id") { Required("name") }
    private static let partitions = """
        CREATE SCHEMA core;
        CREATE TABLE core.readings (id int PRIMARY KEY, name text) PARTITION BY RANGE (id);
        CREATE TABLE core.early PARTITION OF core.readings FOR VALUES FROM (0) TO (10);
        CREATE TABLE core.late PARTITION OF core.readings FOR VALUES FROM (10) TO (20);
        INSERT INTO core.readings SELECT n, 'reading ' || n FROM generate_series(5, 14) AS n;
        """

    @Test(arguments: ["core.early", "core.readings"])
    func `a partition is held to what its table promises`(table: String) async throws {
        try await FixFixture.with(Self.partitions, tables: [Self.readings]) { fixture in
            await breaks(
                "core.readings/required:name would get worse: 0 violations before, 1 after"
            ) {
                try await fixture.plan(
                    "UPDATE \(table) SET name = NULL WHERE id = 7;", resolving: [])
            }
            let plan = try await fixture.plan(
                "UPDATE \(table) SET name = 'seven' WHERE id = 7;", resolving: []
            ).plan
            #expect(plan.measures.map(\.check) == ["core.readings/required:name"])
        }
    }
}
