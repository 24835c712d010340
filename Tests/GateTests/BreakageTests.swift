import Assay
import AssayTesting
import Auditor
import Gate
import Postgres
import Testing

@Suite(.timeLimit(.minutes(15)), .secondServer) struct BreakageTests {
    private let functions =
        GateFixture.warehouse + """
            CREATE FUNCTION core.size_of(wanted int) RETURNS text LANGUAGE sql
                AS 'SELECT size FROM core.companies WHERE id = wanted';
            CREATE FUNCTION core.count_sizes() RETURNS bigint LANGUAGE plpgsql AS $$
            DECLARE
                total bigint;
            BEGIN
                SELECT count(size) INTO total FROM core.companies;
                RETURN total;
            END $$;
            CREATE FUNCTION core.keep_size() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                NEW.size := coalesce(NEW.size, 'unknown');
                RETURN NEW;
            END $$;
            CREATE TRIGGER keep BEFORE INSERT ON core.companies
                FOR EACH ROW EXECUTE FUNCTION core.keep_size();
            CREATE FUNCTION core.broken() RETURNS int LANGUAGE plpgsql AS $$
            BEGIN
                RETURN (SELECT max(x) FROM core.never_was);
            END $$;
            """

    @Test func `functions and trigger functions that lose a column are told, and no others`()
        async throws
    {
        try await GateFixture.with(functions) { fixture in
            let report = try await fixture.report(
                on: "ALTER TABLE core.companies RENAME COLUMN size TO company_size;")
            let told = report.of("breaks-function").map(\.message).sorted()
            #expect(
                told == [
                    "core.count_sizes() no longer works: column \"size\" does not exist",
                    "core.keep_size(), as trigger of core.companies no longer works: "
                        + "record \"new\" has no field \"size\"",
                    "core.size_of(wanted integer) no longer works: column \"size\" does not exist",
                ])
        }
    }

    @Test func `a migration that alters its functions too breaks none`() async throws {
        try await GateFixture.with(functions) { fixture in
            let report = try await fixture.report(
                on: """
                    ALTER TABLE core.companies RENAME COLUMN size TO company_size;
                    CREATE OR REPLACE FUNCTION core.size_of(wanted int) RETURNS text LANGUAGE sql
                        AS 'SELECT company_size FROM core.companies WHERE id = wanted';
                    DROP FUNCTION core.count_sizes;
                    DROP TRIGGER keep ON core.companies;
                    """)
            #expect(report.of("breaks-function").map(\.message) == [])
        }
    }

    @Test func `statements of code are told that no longer work, at their place`() async throws {
        let statements = [
            ProgramStatement(
                sql: "SELECT industry FROM core.companies", file: "a.py", line: 3, column: 9),
            ProgramStatement(
                sql: "SELECT size FROM core.companies WHERE id = $1", file: "a.py", line: 7,
                column: 5),
            ProgramStatement(
                sql: "INSERT INTO core.companies (id, name) VALUES ($1, $2)", file: "b.ts", line: 2,
                column: 1),
            ProgramStatement(
                sql: "INSERT INTO core.companies (id, country) VALUES ($1, $2)", file: "b.ts",
                line: 9, column: 1),
        ]
        try await GateFixture.with(GateFixture.warehouse) { fixture in
            let report = try await fixture.report(
                on: """
                    ALTER TABLE core.companies DROP COLUMN size;
                    ALTER TABLE core.companies ADD COLUMN country text NOT NULL;
                    """, statements: statements)
            let told = report.of("breaks-statement").map {
                "\($0.place.file):\($0.place.line): \($0.message)"
            }
            #expect(
                told == [
                    "a.py:7: this statement no longer works: column \"size\" does not exist",
                    "b.ts:2: this statement no longer works: the INSERT gives "
                        + "core.companies.country no value, and the column demands one",
                ])
        }
    }

    @Test func `a check that loses its column is told where it was made`() async throws {
        let table = Table("core.companies", key: "id") {
            Required("name", "size")
            OneOf("size", "small", "large")
            NoRows("giants") { "SELECT id FROM core.companies WHERE size = 'giant'" }
        }
        let suite = try Suite(name: "test", tables: [table], root: "")
        try await GateFixture.with(GateFixture.warehouse) { fixture in
            let report = try await fixture.report(
                on: "ALTER TABLE core.companies RENAME COLUMN size TO company_size;", suite: suite)
            let told = report.of("breaks-check").map(\.message)
            #expect(told.count == 2)
            #expect(
                told.first
                    == "2 checks can no longer be evaluated: core.companies has no column size; "
                    + "did you mean company_size?")
        }
    }

    @Test func `without plpgsql_check the statements of a body are read one by one`() {
        let body = PLpgSQLBody(
            """
            DECLARE
                total bigint := 0;
                line record;
            BEGIN
                SELECT count(*), max(id) INTO STRICT total, line.id FROM core.companies;
                FOR line IN SELECT id FROM core.customers LOOP
                    PERFORM core.size_of(line.id);
                END LOOP;
                INSERT INTO core.log (n) VALUES (total) RETURNING id INTO total;
                RETURN QUERY SELECT 1;
            END
            """)
        #expect(body.variables == ["total bigint"])
        #expect(
            body.statements.map(\.text) == [
                "SELECT count(*), max(id) FROM core.companies",
                "SELECT id FROM core.customers",
                "SELECT core.size_of(line.id)",
                "INSERT INTO core.log (n) VALUES (total) RETURNING id ",
                "SELECT 1",
            ])
        #expect(body.statements.map(\.line) == [5, 6, 7, 9, 10])
    }

    @Test func `read one by one, functions that lose a column are told too`() async throws {
        try await withScratchDatabase(setUp: functions) { database in
            let connection = try await database.connect()
            let before = try await Breakage.read(
                on: connection, statements: [], suite: nil, usesChecker: false)
            try await connection.execute("ALTER TABLE core.companies RENAME COLUMN size TO s")
            let after = try await Breakage.read(
                on: connection, statements: [], suite: nil, usesChecker: false)
            #expect(after.reading == .statements)
            #expect(
                after.added(since: before).map(\.reason) == [
                    "column \"size\" does not exist", "column \"size\" does not exist",
                ])
            await connection.close()
        }
    }
}
