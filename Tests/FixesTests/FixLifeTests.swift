import Assay
import AssayTesting
import Auditor
import Fixes
import FoundationEssentials
import Postgres
import Testing

/// A fix written by hand, from its plan to its undo.
@Suite struct FixLifeTests {
    @Test func `a plan says what the script does and leaves nothing in the database`() async throws
    {
        try await FixFixture.with { fixture in
            let before = try await fixture.image()
            let plan = try await fixture.plan().plan
            #expect(plan.steps.map(\.rows) == [1])
            #expect(
                plan.steps.map(\.title) == ["Bring the domain of Umbrella into its normal form"])
            #expect(plan.tables.map(\.table) == ["core.companies"])
            #expect(plan.tables.map(\.words) == ["1 updated"])
            let measure = plan.measures.first { $0.check == "core.companies/normalized:domain" }
            #expect(measure?.before == 2)
            #expect(measure?.after == 1)
            #expect(plan.samples.first?.cells.map(\.column) == ["domain", "updated_at"])
            #expect(try await fixture.image() == before)
            #expect(try await fixture.scalar("SELECT count(*) FROM assay.fix_ledger") == "0")
        }
    }

    @Test func `a plan shows the shape of sensitive values, and a digest where they are keys`()
        async throws
    {
        let schema = """
            CREATE SCHEMA core;
            CREATE TABLE core.people (email text PRIMARY KEY, name text);
            INSERT INTO core.people VALUES ('kanarie@example.com', 'KANARIE');
            """
        let people = Table("core.people", key: "email") { Normalized("name", as: .lowercase) }
            .sensitive("email", "name")
        try await FixFixture.with(schema, tables: [people]) { fixture in
            let (folder, plan) = try await fixture.plan(
                "UPDATE core.people SET name = lower(name) WHERE name <> lower(name)",
                resolving: ["core.people/normalized:name"])
            let sample = try #require(plan.samples.first)
            #expect(sample.key.first?.hasPrefix("#") == true)
            #expect(sample.cells.map(\.column) == ["name"])
            #expect(sample.cells.map(\.before) == ["xxxxxxx"])
            #expect(sample.cells.map(\.after) == ["xxxxxxx"])
            #expect(
                !(try String(contentsOfFile: folder.planPath, encoding: .utf8)).lowercased()
                    .contains("kanarie"))
        }
    }

    @Test func `applied, undone and applied again, to the byte`() async throws {
        try await FixFixture.with { fixture in
            let before = try await fixture.image()
            let folder = try await fixture.apply()
            #expect(
                try await fixture.scalar(
                    "SELECT domain FROM core.companies WHERE name = 'Umbrella'")
                    == "umbrella.example")
            let undo = try await fixture.session().undo(
                "mend", commits: true, skipsConflicts: false)
            #expect(undo.restored == 1)
            #expect(try await fixture.image() == before)
            #expect(try await fixture.session().apply(folder, commits: true) == .applied)
            let ledger = try await fixture.session().status()
            #expect(ledger.map { $0.undone == nil } == [true, false])
            #expect(ledger.allSatisfy { $0.rows == 1 && $0.approvedBy == "reviewer" })
        }
    }

    @Test func `a script may keep a choice in temporary tables, and index them`() async throws {
        try await FixFixture.with { fixture in
            let (folder, plan) = try await fixture.plan(
                """
                SELECT id, lower(domain) AS domain INTO TEMPORARY chosen
                FROM core.companies WHERE domain LIKE 'https%';
                CREATE TABLE pg_temp.kept AS SELECT * FROM chosen;
                CREATE INDEX ON chosen (id);
                UPDATE chosen SET domain = 'umbrella.example' WHERE id > 0;
                DELETE FROM pg_temp.kept WHERE id < 0;
                UPDATE core.companies AS c SET domain = chosen.domain
                FROM chosen JOIN kept USING (id) WHERE chosen.id = c.id;
                """)
            #expect(plan.tables.map { "\($0.table): \($0.words)" } == ["core.companies: 1 updated"])
            try await fixture.approve(folder)
            #expect(try await fixture.session().apply(folder, commits: true) == .applied)
        }
    }

    @Test func `a dry run keeps nothing and needs no approval`() async throws {
        try await FixFixture.with { fixture in
            let folder = try await fixture.plan().folder
            let before = try await fixture.image()
            #expect(try await fixture.session().apply(folder, commits: false) == .rehearsed)
            #expect(try await fixture.image() == before)
        }
    }

    @Test func `a fix that is applied is not applied twice, also by two at once`() async throws {
        try await FixFixture.with { fixture in
            let folder = try await fixture.plan().folder
            try await fixture.approve(folder)
            async let one = fixture.session().apply(folder, commits: true)
            async let other = fixture.session().apply(folder, commits: true)
            let outcomes = try await [one, other]
            #expect(outcomes.count { $0 == .applied } == 1)
            #expect(outcomes.count { $0 == .alreadyApplied } == 1)
            #expect(try await fixture.session().apply(folder, commits: true) == .alreadyApplied)
            #expect(try await fixture.scalar("SELECT count(*) FROM assay.fix_ledger") == "1")
        }
    }

    @Test func `inserts, updates and deletes of two tables are all put back`() async throws {
        try await FixFixture.with { fixture in
            let before = try await fixture.image()
            try await fixture.apply(
                """
                -- Name what has no name
                UPDATE core.companies SET name = 'Initech' WHERE name IS NULL;
                -- Half the customers of Acme go
                DELETE FROM core.customers WHERE company_domain = 'acme.example' AND id % 2 = 0;
                -- A company comes, and a customer of it
                INSERT INTO core.companies (domain, name) VALUES ('soylent.example', 'Soylent');
                INSERT INTO core.customers (company_domain, name) VALUES ('soylent.example', 'new');
                -- The same row once more
                UPDATE core.companies SET name = 'Initech Ltd' WHERE name = 'Initech';
                """, resolving: ["core.companies/required:name"])
            #expect(try await fixture.scalar("SELECT count(*) FROM core.customers") == "22")
            let undo = try await fixture.session().undo(
                "mend", commits: true, skipsConflicts: false)
            #expect(undo.restored == 23)
            #expect(try await fixture.image() == before)
            let triggers = try await fixture.scalar(
                """
                SELECT string_agg(tgname::text || tgenabled::text, ' ' ORDER BY tgname) FROM pg_trigger
                WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'core.%'
                """)
            #expect(triggers == "touchO")
        }
    }

    @Test func `an undo leaves a row alone that somebody edited since`() async throws {
        try await FixFixture.with { fixture in
            try await fixture.apply(
                "UPDATE core.companies SET name = coalesce(name, 'Initech') WHERE name IS NULL OR id = 1;",
                resolving: ["core.companies/required:name"])
            try await fixture.database.script(
                "UPDATE core.companies SET name = 'Initech by hand' WHERE name = 'Initech'")
            await #expect(throws: BrokenPromise.self) {
                try await fixture.session().undo("mend", commits: true, skipsConflicts: false)
            }
            #expect(try await fixture.session().status().first?.undone == nil)
            let undo = try await fixture.session().undo("mend", commits: true, skipsConflicts: true)
            #expect(undo.conflictCount == 1)
            #expect(undo.conflicts == ["core.companies 3"])
            #expect(
                try await fixture.scalar("SELECT name FROM core.companies WHERE id = 3")
                    == "Initech by hand")
        }
    }
}
