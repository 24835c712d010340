import Assay
import Auditor
import Gate
import Testing

@Suite struct GateRunTests {
    private func migration(
        _ sql: String, file: String = "1_a.sql", wrapped: Bool = false
    ) -> Migration {
        Migration(
            name: "a", version: "1", up: .init(file: file, text: sql), runsInTransaction: wrapped)
    }

    private func report(
        _ sql: String, version: Int = 15, wrapped: Bool = false, baseline: GateBaseline? = nil
    ) async throws -> FindingReport {
        try await GateRun(
            stages: [TextStage(version: version)], baseline: baseline, version: "0"
        ).report(on: [migration("SET lock_timeout = '1s';\n" + sql, wrapped: wrapped)])
    }

    /// The findings of some SQL whose first line is line 2: rule, line and column.
    private func places(_ sql: String) async throws -> [String] {
        try await report(sql).findings.map { "\($0.rule) \($0.place.line):\($0.place.column)" }
    }

    private func refusal(_ sql: String) async throws -> [String] {
        do {
            _ = try await report(sql)
            return []
        } catch let refusal as Refusal {
            return refusal.items.map { "\($0.source?.line ?? 0): \($0.sentence)" }
        }
    }

    // MARK: Comments that accept

    @Test func `a comment with a reason accepts the finding of the statement behind it`()
        async throws
    {
        let report = try await report(
            "-- assay:ignore dropping-table nobody reads it\n\nDROP TABLE core.old;\nDROP TABLE core.other;"
        )
        #expect(report.counting.map(\.place.line) == [5])
        #expect(report.accepted.map(\.standing) == [.ignored("nobody reads it")])
        #expect(report.verdict == .fail)
    }

    @Test func `a comment behind the statement speaks of it too`() async throws {
        let report = try await report(
            "DROP TABLE core.old; -- assay:ignore dropping-table nobody reads it\nDROP TABLE core.b;"
        )
        #expect(report.counting.map(\.place.line) == [3])
    }

    @Test func `a comment on a statement's last line speaks of all of it`() async throws {
        let report = try await report(
            "DROP TABLE\r\n    core.old; -- assay:ignore dropping-table nobody reads it\r\nDROP TABLE core.b;"
        )
        #expect(report.counting.map(\.place.line) == [4])
        #expect(report.counting.map(\.excerpt) == ["DROP TABLE core.b;"])
    }

    @Test func `a comment in a body speaks of the next line of it`() async throws {
        let report = try await report(
            """
            DO $$
            BEGIN
                -- assay:ignore deleting-without-where it is a scratch table
                DELETE FROM core.a;
                DELETE FROM core.b;
            END $$;
            """)
        #expect(report.counting.map(\.place.line) == [6])
    }

    @Test func `a comment accepts the findings of one statement`() async throws {
        let line = try await report(
            "-- assay:ignore dropping-table only a is unused\nDROP TABLE core.a; DROP TABLE core.b;"
        )
        #expect(line.counting.map { "\($0.rule) \($0.place.column)" } == ["dropping-table 20"])
        let behind = try await report(
            "DROP TABLE core.a; DROP TABLE core.b; -- assay:ignore dropping-table b is unused")
        #expect(behind.counting.map(\.place.column) == [1])
        let two = try await report(
            """
            -- assay:ignore dropping-table a is unused
            -- assay:ignore dropping-table b is unused
            DROP TABLE core.a; DROP TABLE core.b;
            """)
        #expect(two.counting.isEmpty && two.accepted.count == 2)
        let alteration = try await report(
            """
            -- assay:ignore dropping-column no code reads them
            ALTER TABLE core.a
                DROP COLUMN b,
                DROP COLUMN c;
            """)
        #expect(alteration.counting.isEmpty && alteration.accepted.count == 2)
    }

    @Test func `a comment above a DO block says nothing of the statements in it`() async throws {
        let report = try await report(
            """
            -- assay:ignore dropping-table a is unused
            DO $$
            BEGIN
                DROP TABLE core.a;
                DROP TABLE core.b;
            END $$;
            """)
        #expect(
            report.counting.map(\.rule) == ["dropping-table", "dropping-table", "unused-ignore"])
    }

    @Test func `what a string says is no comment`() async throws {
        let report = try await report(
            """
            INSERT INTO core.notes VALUES ('
            -- assay:ignore dropping-table it is a string'); DROP TABLE core.a;
            """)
        #expect(report.counting.map(\.rule) == ["dropping-table"] && report.accepted.isEmpty)
    }

    @Test func `a comment without a reason is refused`() async throws {
        #expect(
            try await refusal("-- assay:ignore dropping-table\nDROP TABLE core.old;") == [
                "2: assay:ignore dropping-table gives no reason; write behind it why that is right here"
            ])
    }

    @Test func `a comment that names no rule is refused, with what was meant`() async throws {
        #expect(
            try await refusal("-- assay:ignore droping-table it is old\nDROP TABLE core.old;") == [
                "2: there is no rule called droping-table; did you mean dropping-table?"
            ])
    }

    @Test func `a comment that accepts nothing is told`() async throws {
        let report = try await report("-- assay:ignore dropping-table it was old\nSELECT 1;")
        #expect(report.counting.map(\.rule) == ["unused-ignore"])
        #expect(report.verdict == .warn && report.exitCode == 0)
    }

    // MARK: Baselines

    @Test func `what is in the baseline does not count, wherever it has moved to`() async throws {
        let first = try await report("DROP TABLE core.old;")
        #expect(first.exitCode == 1)
        try await withFiles(["baseline.txt": GateBaseline.text(of: first)]) { folder in
            let baseline = try GateBaseline(file: "\(folder)/baseline.txt")
            let moved = try await report(
                "SELECT 1;\n\n\nDROP  TABLE\n core.old;\nDROP TABLE core.new;", baseline: baseline)
            #expect(moved.accepted.map(\.standing) == [.known])
            #expect(moved.counting.map(\.place.line) == [7])
        }
    }

    @Test func `a baseline that is written anew keeps what it holds`() async throws {
        let first = try await report("DROP TABLE core.old;")
        try await withFiles(["baseline.txt": GateBaseline.text(of: first)]) { folder in
            let baseline = try GateBaseline(file: "\(folder)/baseline.txt")
            let second = try await report("TRUNCATE core.a;", baseline: baseline)
            let lines = GateBaseline.text(of: second, adding: baseline).split(separator: "\n")
            #expect(lines.count == 3)
            #expect(lines.contains { $0.contains(" dropping-table ") })
            #expect(lines.contains { $0.contains(" truncating ") })
        }
    }

    @Test func `a file that is no baseline is refused`() async throws {
        try await withFiles(["baseline.txt": "# fine\nDROP TABLE"]) { folder in
            #expect(throws: Refusal.self) { _ = try GateBaseline(file: "\(folder)/baseline.txt") }
            return
        }
    }

    @Test func `two findings alike have two fingerprints`() async throws {
        let report = try await report("TRUNCATE core.a;\nTRUNCATE core.a;")
        #expect(Set(report.findings.map(\.fingerprint)).count == 2)
    }

    // MARK: Text that is not judged

    @Test func `text that the grammar does not know is not judged, and the rest is`() async throws {
        let report = try await report(
            "ALTER TABEL core.a ADD b int;\n\\copy core.a from 'x'\nTRUNCATE core.a;\n"
                + "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;\nTRUNCATE core.b;"
        )
        #expect(
            report.errored.map(\.message) == [
                "syntax error at or near \"TABEL\"", "\\copy is a psql meta-command",
            ])
        #expect(report.errored.map { "\($0.place.line):\($0.place.column)" } == ["2:7", "3:1"])
        #expect(report.counting.map(\.place.line) == [4, 6])
        #expect(report.exitCode == 2)
    }

    @Test func `a migration of nothing does not pass`() async throws {
        let report = try await GateRun(stages: [TextStage()], version: "0")
            .report(on: [migration("-- nothing yet")])
        #expect(report.verdict == .errored && report.exitCode == 2)
    }

    // MARK: Bodies

    @Test func `what a DO block does is judged where it stands`() async throws {
        #expect(
            try await places(
                """
                DO $$
                BEGIN
                    IF true THEN CREATE INDEX ON core.é (a); END IF;
                    EXECUTE 'TRUNCATE core.b';
                    EXECUTE format('DROP TABLE %I.%I', 'core', 'c');
                    UPDATE core.d SET a = CASE WHEN b THEN 1 ELSE 2 END WHERE c RETURNING a INTO strict x;
                END $$;
                """) == [
                    "creating-index 4:18", "truncating 5:14", "dropping-table 6:21",
                ])
    }

    @Test func `what only a routine does is no lock of the migration's`() async throws {
        #expect(
            try await places(
                """
                CREATE FUNCTION core.f() RETURNS void LANGUAGE plpgsql AS $$
                BEGIN
                    CREATE INDEX ON core.a (b);
                    DELETE FROM core.a;
                END $$;
                CREATE FUNCTION core.g() RETURNS void LANGUAGE sql AS 'TRUNCATE core.a';
                """) == ["deleting-without-where 5:5", "truncating 7:56"])
    }

    @Test func `a body in the tree is judged as one in quotes is`() async throws {
        #expect(
            try await places(
                """
                CREATE FUNCTION core.f() RETURNS void LANGUAGE sql BEGIN ATOMIC
                    SELECT CASE WHEN true THEN 1 END;
                    DELETE FROM core.a;
                    UPDATE core.a SET b = 1;
                END;
                CREATE FUNCTION core.g() RETURNS int RETURN 1;
                PREPARE p AS UPDATE core.a SET b = 1;
                """) == [
                    "deleting-without-where 4:5", "updating-without-where 5:5",
                    "updating-without-where 8:1",
                ])
    }

    @Test func `what drops or deletes in other words is judged too`() async throws {
        #expect(
            try await places(
                """
                DROP OWNED BY app;
                COPY core.a FROM PROGRAM 'true';
                ALTER SYSTEM SET work_mem = '1GB';
                MERGE INTO core.a USING core.b ON true WHEN MATCHED THEN DELETE;
                MERGE INTO core.a USING core.b ON a.id = b.id WHEN MATCHED THEN DELETE;
                MERGE INTO core.a USING core.b ON true WHEN MATCHED AND a.id = 1 THEN DELETE;
                """) == [
                    "dropping-cascade 2:1", "changing-server 3:1", "changing-server 4:1",
                    "deleting-without-where 5:1",
                ])
    }

    // MARK: What a migration knows

    @Test(
        arguments: [
            ("CREATE TABLE IF NOT EXISTS core.a (b int); DELETE FROM core.a;", true),
            ("CREATE TABLE IF NOT EXISTS core.a (b int); ALTER TABLE core.a DROP COLUMN b;", true),
            ("CREATE TABLE IF NOT EXISTS core.a (b int); DROP TABLE core.a;", true),
            (
                "DROP TABLE core.z, core.a; CREATE TABLE IF NOT EXISTS core.a (); TRUNCATE core.a;",
                false
            ),
            ("ALTER TABLE core.a ADD COLUMN IF NOT EXISTS b int; ALTER TABLE core.a DROP b;", true),
            ("ALTER TABLE core.a ADD COLUMN b int; ALTER TABLE core.a DROP b;", false),
            ("CREATE OR REPLACE VIEW core.a AS SELECT 1; DROP VIEW core.a;", true),
            ("CREATE VIEW core.a AS SELECT 1; DROP VIEW core.a;", false),
            (
                "CREATE OR REPLACE FUNCTION core.a() RETURNS int LANGUAGE sql AS 'SELECT 1'; "
                    + "DROP FUNCTION core.a();", true
            ),
            ("CREATE TEMP TABLE a (b int); DELETE FROM public.a;", true),
            ("CREATE TEMP TABLE a (b int); DELETE FROM a; DELETE FROM pg_temp.a;", false),
            ("BEGIN; CREATE TABLE core.a (b int); ROLLBACK; TRUNCATE core.a;", true),
            ("BEGIN; CREATE TABLE core.a (b int); COMMIT; TRUNCATE core.a;", false),
            (
                "BEGIN; SAVEPOINT s; CREATE TABLE core.a (b int); ROLLBACK TO s; TRUNCATE core.a; END;",
                true
            ),
            (
                "BEGIN; SET LOCAL search_path = core; CREATE TABLE a (b int); COMMIT; TRUNCATE a;",
                true
            ),
        ])
    func `only what is certainly new is not nagged about`(sql: String, isTold: Bool) async throws {
        let destroying: Set = [
            "deleting-without-where", "dropping-column", "dropping-table", "dropping-view",
            "dropping-routine", "truncating",
        ]
        let found = try await report(sql).findings.filter {
            destroying.contains($0.rule) && !$0.message.contains("core.z")
        }
        #expect(found.count == (isTold ? 1 : 0), "\(found.map(\.message))")
    }

    @Test func `a table of the migration's own is not nagged about`() async throws {
        #expect(
            try await places(
                """
                CREATE TABLE core.a (id bigint PRIMARY KEY, b int);
                CREATE INDEX ON core.a (b);
                ALTER TABLE core.a ALTER b SET NOT NULL, ADD CHECK (b > 0), ALTER b TYPE bigint;
                INSERT INTO core.a (b) SELECT 1;
                UPDATE core.a SET b = 2;
                ALTER TABLE core.a RENAME TO c;
                DROP TABLE core.c;
                """) == [])
    }

    @Test(
        arguments: [
            ("SET lock_timeout = '2s'; ALTER TABLE a ADD b int;", true),
            ("SET lock_timeout = 0; ALTER TABLE a ADD b int;", false),
            ("SET lock_timeout = '2s'; RESET lock_timeout; ALTER TABLE a ADD b int;", false),
            ("SET LOCAL lock_timeout = '2s'; ALTER TABLE a ADD b int;", false),
            ("BEGIN; SET LOCAL lock_timeout = '2s'; ALTER TABLE a ADD b int; COMMIT;", true),
            ("BEGIN; SET LOCAL lock_timeout = '2s'; COMMIT; ALTER TABLE a ADD b int;", false),
            ("SELECT set_config('lock_timeout', '2s', false); ALTER TABLE a ADD b int;", true),
            ("SET lock_timeout = '0s'; ALTER TABLE a ADD b int;", false),
            ("SET lock_timeout = '1h'; ALTER TABLE a ADD b int;", false),
            ("SET lock_timeout = '0.2ms'; ALTER TABLE a ADD b int;", false),
            ("SET lock_timeout = 60000; ALTER TABLE a ADD b int;", true),
            ("SET lock_timeout = '1 min'; ALTER TABLE a ADD b int;", true),
            ("SET lock_timeout = '2s'; RESET ALL; ALTER TABLE a ADD b int;", false),
            ("SET lock_timeout = '2s'; DISCARD ALL; ALTER TABLE a ADD b int;", false),
            (
                "SET lock_timeout = '2s'; SET lock_timeout TO DEFAULT; ALTER TABLE a ADD b int;",
                false
            ),
            ("BEGIN; SET lock_timeout = '2s'; ROLLBACK; ALTER TABLE a ADD b int;", false),
            ("BEGIN; SET lock_timeout = '2s'; COMMIT; ALTER TABLE a ADD b int;", true),
            (
                "BEGIN; SAVEPOINT s; SET lock_timeout = '2s'; ROLLBACK TO s; ALTER TABLE a ADD b int; END;",
                false
            ),
            ("SELECT set_config('lock_timeout', '0', false); ALTER TABLE a ADD b int;", false),
            ("SELECT set_config('lock_timeout', '2s', true); ALTER TABLE a ADD b int;", false),
            (
                "SET lock_timeout = '2s'; ALTER TABLE a ADD b int; RESET ALL; ALTER TABLE a ADD c int;",
                false
            ),
            ("DROP TRIGGER t ON core.a;", false), ("DROP POLICY p ON core.a;", false),
            ("ALTER INDEX a RENAME TO b; ALTER INDEX b ATTACH PARTITION c;", true),
            ("ALTER TYPE t ADD ATTRIBUTE a json;", true), ("SELECT 1 FROM a;", true),
        ])
    func `waiting for a lock wants an end`(sql: String, isEnded: Bool) async throws {
        let report = try await GateRun(stages: [TextStage()], version: "0")
            .report(on: [migration(sql)])
        #expect(report.findings.map(\.rule) == (isEnded ? [] : ["missing-lock-timeout"]))
    }

    @Test func `search_path says where a name without a schema is`() async throws {
        #expect(
            try await places(
                """
                SET search_path = core;
                CREATE TABLE a (id bigint PRIMARY KEY);
                TRUNCATE core.a;
                TRUNCATE public.a;
                """) == ["truncating 5:1"])
    }

    @Test(
        arguments: [
            ("varchar(50)", "varchar(100)", true), ("varchar(50)", "varchar(20)", false),
            ("varchar(50)", "text", true), ("int", "bigint", false), ("int", "text", false),
            ("numeric(10,2)", "numeric(12,2)", true), ("numeric(10,2)", "numeric(12,3)", false),
            ("numeric(10,2)", "numeric", true), ("text", "varchar", true),
            ("timestamptz(3)", "timestamptz(6)", true), ("timestamptz", "timestamptz(0)", false),
            ("cidr", "inet", true), ("inet", "cidr", false), ("text[]", "varchar[]", false),
        ])
    func `a type is judged by what an earlier migration made it`(
        old: String, new: String, keepsRows: Bool
    ) async throws {
        let earlier = migration("CREATE TABLE core.a (id bigint PRIMARY KEY, b \(old));")
        let judged = migration(
            "SET lock_timeout = '1s'; ALTER TABLE core.a ALTER b TYPE \(new);", file: "2_b.sql")
        let run = GateRun(stages: [TextStage()], version: "0")
        let report = try await run.report(on: [judged], after: [earlier])
        #expect(report.counting.map(\.severity) == (keepsRows ? [] : [.error]))
    }

    @Test func `a type whose past is not known is a doubt where it may cost nothing`() async throws
    {
        let report = try await report(
            "ALTER TABLE core.a ALTER b TYPE text;\nALTER TABLE core.a ALTER c TYPE int;")
        #expect(report.findings.map(\.severity) == [.warning, .error])
    }

    @Test(arguments: [(10, 2), (11, 1), (15, 1)])
    func `defaults cost rows by the server's version`(version: Int, count: Int) async throws {
        let report = try await report(
            "ALTER TABLE core.a ADD b int DEFAULT 1;\nALTER TABLE core.a ADD c float DEFAULT random();",
            version: version)
        #expect(report.counting.count == count)
    }

    @Test func `a comment cannot accept text that was not judged`() async throws {
        let report = try await report("-- assay:ignore unread-text it is new\nALTER TABEL a;")
        #expect(report.exitCode == 2)
    }
}
