import Assay
import AssayTesting
import Auditor
import Gate
import Postgres
import Testing

/// A stage that offers rewrites, as rules do.
private struct Offering: GateStage {
    let rewrites: [(line: Int, sql: String)]
    var facts: [Finding.Note] { [] }
    var rules: [RuleDocumentation] { [] }

    func findings(in migrations: [Migration], after earlier: [Migration]) async throws -> [Finding]
    {
        rewrites.map { rewrite in
            Finding(
                rule: "offering", severity: .warning, message: "slow",
                place: .init(file: "m.sql", line: rewrite.line, column: 3), rewrite: rewrite.sql,
                fingerprint: "\(rewrite.line)")
        }
    }
}

@Suite(.timeLimit(.minutes(15)), .secondServer) struct ShadowStageTests {
    @Test
    func `a rewrite is verified where it ends in the same catalog, and told where it does not`()
        async throws
    {
        try await GateFixture.with(GateFixture.warehouse) { fixture in
            let stage = Offering(rewrites: [
                (1, "CREATE INDEX CONCURRENTLY companies_name ON core.companies (name);"),
                (
                    2,
                    """
                    ALTER TABLE core.companies ADD CONSTRAINT has_domain CHECK (domain IS NOT NULL) NOT VALID;
                    ALTER TABLE core.companies VALIDATE CONSTRAINT has_domain;
                    ALTER TABLE core.companies ALTER COLUMN domain SET NOT NULL;
                    ALTER TABLE core.companies DROP CONSTRAINT has_domain;
                    """
                ),
                (3, "ALTER TABLE core.companies ADD CHECK (employees > 0) NOT VALID;"),
                (4, "ALTER TABLE core.companies ADD COLUMN nothing nonsense;"),
            ])
            let report = try await fixture.report(
                on: """
                    CREATE INDEX companies_name ON core.companies (name);
                    ALTER TABLE core.companies ALTER COLUMN domain SET NOT NULL;
                    ALTER TABLE core.companies ADD CHECK (employees > 0);
                    ALTER TABLE core.companies ADD COLUMN country text;
                    """, before: [stage])
            let notes = report.of("offering").map { $0.notes.last?.text }
            #expect(
                notes == [
                    "the rewrite ends in the same catalog", "the rewrite ends in the same catalog",
                    "the rewrite ends in another catalog: constraint "
                        + "core.companies.companies_employees_check CHECK ((employees > 0)), constraint "
                        + "core.companies.companies_employees_check CHECK ((employees > 0)) NOT VALID",
                    "the rewrite fails: type \"nonsense\" does not exist",
                ])
            #expect(report.facts.contains(.init("rewrites", "2 of 4 end in the same catalog")))
        }
    }

    @Test func `a role that the migration makes is in the way of no second run`() async throws {
        try await GateFixture.with(GateFixture.warehouse) { fixture in
            let stage = Offering(rewrites: [
                (3, "CREATE INDEX CONCURRENTLY companies_name ON core.companies (name);")
            ])
            let report = try await fixture.report(
                on: """
                    CREATE ROLE assay_test_reader; CREATE ROLE assay_test_owner;
                    ALTER TABLE core.companies OWNER TO assay_test_owner;
                    CREATE INDEX companies_name ON core.companies (name);
                    """, sample: 10, before: [stage]
            ) { $0.place = .ephemeral }
            #expect(report.errored.isEmpty && report.of("fails-on-rows").map(\.message) == [])
            #expect(
                report.of("offering").map { $0.notes.last?.text } == [
                    "the rewrite ends in the same catalog"
                ])
        }
    }

    @Test func `a statement without an end is errored, and so is a base with one`() async throws {
        try await GateFixture.with("") { fixture in
            let endless = "SELECT 1;\nSELECT pg_sleep(1000);"
            let report = try await fixture.report(on: endless) {
                $0.statementDeadline = .seconds(1)
            }
            let finding = try #require(report.of("fails-on-shadow").first)
            #expect(
                "\(finding.place.line): \(finding.message)"
                    == "2: the migration does not end on the shadow: one statement takes longer than 1 s"
            )
            do {
                _ = try await fixture.report(on: "SELECT 1;") {
                    $0.statementDeadline = .seconds(1)
                    $0.base = [Migration(name: "b", up: .init(file: "b.sql", text: endless))]
                }
                Issue.record("it was replayed")
            } catch let refusal as Refusal {
                #expect(
                    "\(refusal)"
                        == "b.sql:2:1: the base does not replay: a statement takes longer than 1 s; "
                        + "--deadline gives it longer")
            }
        }
    }

    @Test func `who waits, and about how long, is judged by the real sizes`() async throws {
        let sizes =
            GateFixture.warehouse + """
                UPDATE pg_catalog.pg_class SET reltuples = 5e7, relpages = 1000000
                WHERE oid = 'core.companies'::regclass;
                """
        try await GateFixture.with(sizes) { fixture in
            let report = try await fixture.report(
                on: """
                    ALTER TABLE core.companies ALTER COLUMN employees TYPE bigint;
                    ALTER TABLE core.customers ADD COLUMN note text;
                    """)
            let told = report.of("blocks-table").map {
                "\($0.severity.map { "\($0)" } ?? "none"): \($0.message)"
            }
            #expect(
                told == [
                    "error: readers and writers of core.companies wait for about 3 min",
                    "info: readers and writers of core.customers wait for less than a second",
                ])
            #expect(
                report.of("blocks-table").first?.notes == [
                    .init("locks", "ACCESS EXCLUSIVE on core.companies"),
                    .init("size", "about 50,000,000 rows"),
                    .init("work", "rewrites 50,000,000 rows of core.companies"),
                ])
        }
    }

    @Test func `a migration that fails on the shadow is errored, at its place`() async throws {
        try await GateFixture.with(GateFixture.warehouse) { fixture in
            let report = try await fixture.report(
                on: "SELECT 1;\nALTER TABLE core.companies\n  DROP COLUMN industry;")
            let finding = try #require(report.of("fails-on-shadow").first)
            #expect(
                "\(finding.place.line): \(finding.message)"
                    == "2: the migration fails on the shadow: column \"industry\" of relation "
                    + "\"companies\" does not exist")
            #expect(report.exitCode == 2)
        }
    }

    @Test(arguments: [
        (
            "SELECT 1;\nALTER TABLE core.companies ALTER COLUMN name SET NOT NULLISH;",
            "the migration fails on the shadow: syntax error at or near \"NULLISH\""
        ),
        (
            "SELECT 1;\n\\d core.companies\n",
            "the migration cannot be run: \\d is a psql meta-command"
        ),
    ])
    func `text that the server does not know, or that is for psql, is errored`(
        up: String, message: String
    ) async throws {
        try await GateFixture.with(GateFixture.warehouse) { fixture in
            let report = try await fixture.report(on: up)
            let finding = try #require(report.of("fails-on-shadow").first)
            #expect(finding.message == message && finding.place.line == 2)
            #expect(report.exitCode == 2)
        }
    }

    @Test func `the suite is held against a sample before and after`() async throws {
        let table = Table("core.customers", key: "id") {
            Required("name")
            InRange("revenue", ...1000)
        }
        let suite = try Suite(name: "test", tables: [table], root: "")
        try await GateFixture.with(GateFixture.warehouse) { fixture in
            let report = try await fixture.report(
                on: "UPDATE core.customers SET name = '' WHERE id % 2 = 0;", suite: suite,
                sample: 1000)
            #expect(
                report.of("new-violations").map(\.message) == [
                    "the migration makes 48 new violations of core.customers/required:name in the "
                        + "sample"
                ])
            let note = try #require(report.facts.first { $0.label == "sample" })
            #expect(note.text.hasSuffix("2 checks before and after"))
        }
    }

    @Test func `a sample brings the parents along that its rows refer to`() async throws {
        let linked =
            GateFixture.warehouse + """
                UPDATE core.customers SET company_id = 2000 - id;
                ALTER TABLE core.customers ADD FOREIGN KEY (company_id) REFERENCES core.companies;
                """
        try await GateFixture.with(linked) { fixture in
            let report = try await fixture.report(
                on:
                    "ALTER TABLE core.customers ADD FOREIGN KEY (company_id) REFERENCES core.companies;",
                sample: 10)
            #expect(report.of("fails-on-rows").map(\.message) == [])
            #expect(report.facts.contains(.init("sample", "30 rows")))
        }
    }

    @Test func `a migration that the real rows make fail is told, by the count where there is one`()
        async throws
    {
        try await GateFixture.with(GateFixture.warehouse) { fixture in
            let counted = try await fixture.report(
                on: "ALTER TABLE core.companies ALTER COLUMN name SET NOT NULL;", sample: 1000)
            #expect(counted.of("rows-in-the-way").count == 1 && counted.of("fails-on-rows").isEmpty)
            let raised = try await fixture.report(
                on: """
                    DO $$ BEGIN
                        IF EXISTS (SELECT FROM core.companies) THEN
                            RAISE EXCEPTION 'secret of %', (SELECT max(name) FROM core.companies);
                        END IF;
                    END $$;
                    """, sample: 10)
            #expect(
                raised.of("fails-on-rows").map(\.message) == [
                    "with a sample of the real rows the migration fails: "
                        + "code in the database raised an error (SQLSTATE P0001)"
                ])
        }
    }
}
