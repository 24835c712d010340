import Assay
import AssayTesting
import Auditor
import Gate
import Postgres
import Testing

@Suite(.timeLimit(.minutes(15)), .secondServer) struct PreconditionTests {
    private func messages(_ up: String, suite: Suite? = nil) async throws -> [String] {
        try await GateFixture.with(GateFixture.warehouse) { fixture in
            let report = try await fixture.report(on: up, suite: suite)
            #expect(report.errored.isEmpty, "\(report.errored.map(\.message))")
            return report.of("rows-in-the-way").map { "\($0.place.line): \($0.message)" }
        }
    }

    @Test func `what the DDL demands is counted on the real rows`() async throws {
        let messages = try await messages(
            """
            ALTER TABLE core.companies ALTER COLUMN name SET NOT NULL;
            CREATE UNIQUE INDEX companies_domain ON core.companies (lower(domain)) WHERE employees > 0;
            ALTER TABLE core.customers ADD CONSTRAINT to_company
                FOREIGN KEY (company_id) REFERENCES core.companies;
            ALTER TABLE core.companies ADD CONSTRAINT few CHECK (employees <= 1900);
            ALTER TABLE core.companies ALTER COLUMN size TYPE integer USING size::integer;
            ALTER TABLE core.customers ALTER COLUMN name TYPE varchar(30);
            ALTER TABLE core.customers ALTER COLUMN revenue TYPE numeric(10, 2);
            ALTER TABLE core.companies ADD COLUMN country text NOT NULL;
            """)
        #expect(
            messages == [
                "1: 20 rows of core.companies have no name",
                "2: 20 rows of core.companies share 10 values of lower(domain)",
                "3: 5 rows of core.customers refer by company_id to no id of core.companies",
                "5: 100 rows of core.companies violate few: (employees <= 1900)",
                "6: 4 rows of core.companies have a size that is no integer",
                "7: 18 rows of core.customers have a name that is no character varying(30)",
                "8: 100 rows of core.customers have a revenue that numeric(10,2) cuts or rounds",
                "9: 2,000 rows of core.companies get no value in the new column country, "
                    + "which demands one",
            ])
    }

    @Test func `nothing is said of demands that the rows meet`() async throws {
        let messages = try await messages(
            """
            ALTER TABLE core.companies ALTER COLUMN domain SET NOT NULL;
            ALTER TABLE core.companies ADD CONSTRAINT busy CHECK (employees > 0);
            ALTER TABLE core.companies ALTER COLUMN employees TYPE bigint;
            ALTER TABLE core.customers ADD CONSTRAINT later
                FOREIGN KEY (company_id) REFERENCES core.companies NOT VALID;
            ALTER TABLE core.companies ADD COLUMN country text NOT NULL DEFAULT 'de';
            """)
        #expect(messages == [])
    }

    @Test func `columns and tables that were renamed first are counted by their former names`()
        async throws
    {
        let messages = try await messages(
            """
            ALTER TABLE core.companies RENAME COLUMN name TO title;
            ALTER TABLE core.companies RENAME TO firms;
            ALTER TABLE core.firms ADD CONSTRAINT titled CHECK (title IS NOT NULL);
            ALTER TABLE core.firms ALTER title SET NOT NULL;
            """)
        #expect(
            messages == [
                "3: 20 rows of core.companies violate titled: (title IS NOT NULL)",
                "4: 20 rows of core.companies have no name",
            ])
    }

    @Test func `a constraint that is validated later is counted where it is validated`()
        async throws
    {
        let messages = try await messages(
            """
            ALTER TABLE core.companies ADD CONSTRAINT few CHECK (employees <= 1900) NOT VALID;
            ALTER TABLE core.companies VALIDATE CONSTRAINT few;
            """)
        #expect(messages == ["2: 100 rows of core.companies violate few: (employees <= 1900)"])
    }

    @Test func `DDL in a DO block is counted too`() async throws {
        let messages = try await messages(
            """
            DO $$ BEGIN
                EXECUTE format('ALTER TABLE core.companies ALTER COLUMN %I SET NOT NULL', 'name');
            END $$;
            """)
        #expect(messages == ["1: 20 rows of core.companies have no name"])
    }

    @Test func `each count names the fix that clears the rows`() async throws {
        let table = Table("core.companies", key: "id") { Required("name") }
        let suite = try Suite(name: "test", tables: [table], root: "")
        try await GateFixture.with(GateFixture.warehouse) { fixture in
            let report = try await fixture.report(
                on: """
                    ALTER TABLE core.companies ALTER COLUMN name SET NOT NULL;
                    CREATE UNIQUE INDEX ON core.companies (domain);
                    """, suite: suite)
            let fixes = report.of("rows-in-the-way").map { finding in
                finding.notes.first { $0.label == "fix" }?.text
            }
            #expect(
                fixes == [
                    "assay fix plan core.companies/required:name",
                    "promise Unique(by: \"domain\") of core.companies in checks/, then: "
                        + "assay fix plan core.companies/unique:domain",
                ])
        }
    }

    @Test func `an UPDATE before it makes a count a warning that says so`() async throws {
        try await GateFixture.with(GateFixture.warehouse) { fixture in
            let report = try await fixture.report(
                on: """
                    UPDATE core.companies SET name = domain WHERE name IS NULL;
                    ALTER TABLE core.companies ALTER COLUMN name SET NOT NULL;
                    """)
            let finding = try #require(report.of("rows-in-the-way").first)
            #expect(finding.severity == .warning)
            #expect(
                finding.notes.contains(.init("but", "the UPDATE at m.sql:1 may change them first")))
        }
    }

    @Test func `the real database is only read`() async throws {
        try await GateFixture.with(GateFixture.warehouse) { fixture in
            let connection = try await fixture.real.connect()
            let before = try await CatalogFingerprint.read(from: connection)
            _ = try await fixture.report(
                on: "ALTER TABLE core.companies ALTER COLUMN name SET NOT NULL;", sample: 10)
            let after = try await CatalogFingerprint.read(from: connection)
            #expect(before == after)
            let rows = try await connection.query("SELECT count(*) FROM core.companies")
            #expect(rows.scalar == "2000")
            await connection.close()
        }
    }
}
