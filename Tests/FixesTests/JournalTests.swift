import Assay
import AssayTesting
import Auditor
import Fixes
import Postgres
import Testing

/// What the functions of the schema `assay` may leave behind, and what an undo needs of the journal.
@Suite struct JournalTests {
    @Test(
        arguments: [
            "SELECT assay.silence_triggers('core', 'companies')",
            "SELECT assay.start_journal('core', 'companies', '{id}')",
        ], ["", "SET CONSTRAINTS ALL IMMEDIATE"])
    func `a transaction that leaves a trigger altered cannot commit`(
        call: String, before: String
    ) async throws {
        try await FixFixture.with { fixture in
            let triggers =
                "SELECT string_agg(tgname::text || tgenabled::text, ' ') FROM pg_trigger "
            let ours = triggers + "WHERE tgrelid = 'core.companies'::regclass AND NOT tgisinternal"
            let stood = try await fixture.scalar(ours)
            let error = await #expect(throws: PostgresError.self) {
                try await fixture.database.script("BEGIN; \(before); \(call); COMMIT")
            }
            #expect(error?.message.contains("of core.companies altered") == true)
            #expect(try await fixture.scalar(ours) == stood)
        }
    }

    @Test func `an undo by a journal that lacks a row is refused`() async throws {
        try await FixFixture.with { fixture in
            try await fixture.apply(
                "UPDATE core.customers SET name = name || ' Ltd' WHERE id <= 3;", resolving: [])
            try await fixture.database.script(
                "DELETE FROM assay.fix_journal WHERE seq = (SELECT max(seq) FROM assay.fix_journal)"
            )
            let before = try await fixture.image()
            let refusal = await #expect(throws: Refusal.self) {
                try await fixture.session().undo("mend", commits: true, skipsConflicts: true)
            }
            #expect(refusal?.description.contains("holds 2 rows, and the fix wrote 3") == true)
            #expect(try await fixture.image() == before)
        }
    }

    @Test func `a column that is gone stops apply and undo`() async throws {
        try await FixFixture.with { fixture in
            let script = "UPDATE core.companies SET name = 'Initech' WHERE name IS NULL;"
            let checks = ["core.companies/required:name"]
            let folder = try await fixture.plan(script, resolving: checks).folder
            try await fixture.approve(folder)
            try await fixture.database.script(
                "ALTER TABLE core.companies RENAME COLUMN updated_at TO changed_at")
            await #expect(throws: BrokenPromise.self) {
                try await fixture.session().apply(folder, commits: true)
            }
            try await fixture.database.script(
                "ALTER TABLE core.companies RENAME COLUMN changed_at TO updated_at; "
                    + "DROP TRIGGER touch ON core.companies")
            _ = try await fixture.plan(script, resolving: checks)
            try await fixture.approve(folder)
            #expect(try await fixture.session().apply(folder, commits: true) == .applied)
            try await fixture.database.script("ALTER TABLE core.companies DROP COLUMN updated_at")
            let before = try await fixture.image()
            await #expect(throws: Refusal.self) {
                try await fixture.session().undo("mend", commits: true, skipsConflicts: false)
            }
            #expect(try await fixture.image() == before)
        }
    }

    @Test func `an undo asked for twice undoes one apply, and says which other one stands`()
        async throws
    {
        try await FixFixture.with { fixture in
            try await fixture.apply(
                "UPDATE core.companies SET name = 'Initech' WHERE name IS NULL;",
                resolving: ["core.companies/required:name"])
            let between = try await fixture.image()
            try await fixture.apply()
            let session = fixture.session()
            let undo = try await session.undo("mend", commits: true, skipsConflicts: false)
            #expect(undo.undoneBefore == nil && undo.restored == 1)
            #expect(try await fixture.image() == between)
            let again = try await session.undo("mend", commits: true, skipsConflicts: false)
            #expect(again.undoneBefore != nil && again.restored == 0)
            #expect(try await fixture.image() == between)
            let number = try #require(again.earlier)
            let earlier = try await session.undo(
                "mend", number: number, commits: true, skipsConflicts: false)
            #expect(earlier.undoneBefore == nil && earlier.restored == 1)
            #expect(try await session.status().allSatisfy { $0.undone != nil })
        }
    }

    @Test func `an edited row with a sensitive key is named by a digest`() async throws {
        let schema = """
            CREATE SCHEMA core;
            CREATE TABLE core.people (email text PRIMARY KEY, name text);
            INSERT INTO core.people VALUES ('kanarie@example.com', 'KANARIE');
            """
        let people = Table("core.people", key: "email") { Normalized("name", as: .lowercase) }
            .sensitive("email", "name")
        try await FixFixture.with(schema, tables: [people]) { fixture in
            try await fixture.apply(
                "UPDATE core.people SET name = lower(name) WHERE name <> lower(name)",
                resolving: ["core.people/normalized:name"])
            try await fixture.database.script("UPDATE core.people SET name = 'somebody'")
            let broken = await #expect(throws: BrokenPromise.self) {
                try await fixture.session().undo("mend", commits: true, skipsConflicts: false)
            }
            #expect(broken?.description.contains("core.people #") == true)
            #expect(broken?.description.contains("kanarie") == false)
        }
    }

    @Test func `a role that is not there keeps everything from being installed`() async throws {
        try await withScratchDatabase { database in
            let refusal = try await #require(throws: Refusal.self) {
                try await Installation(fixRole: "nobody's").install(
                    in: database.target, expected: ExpectedDatabase())
            }
            #expect(
                "\(refusal)".contains("role \"nobody's\" does not exist; nothing was installed"))
            let connection = try await database.connect()
            let schema = try await connection.query("SELECT to_regnamespace('assay') IS NULL")
            #expect(schema.scalar == "t")
        }
    }

    @Test func `the fixing role applies and undoes with what install grants it`() async throws {
        try await FixFixture.with { fixture in
            let role = "fixer_\(fixture.database.name)"
            try await fixture.database.script("CREATE ROLE \(role) LOGIN")
            try await Installation(fixRole: role).install(
                in: fixture.database.target, expected: ExpectedDatabase())
            try await fixture.database.script(
                """
                GRANT USAGE ON SCHEMA core TO \(role);
                GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA core TO \(role);
                GRANT TEMPORARY ON DATABASE \(fixture.database.name) TO \(role);
                """)
            var options = FixOptions(
                target: fixture.database.target.with("user", role), now: 1_800_000_000,
                user: "author")
            options.lockTimeout = .seconds(1)
            let session = FixSession(suite: fixture.suite, options: options)
            let before = try await fixture.image()
            let folder = try await fixture.plan().folder
            try await fixture.approve(folder)
            #expect(try await session.apply(folder, commits: true) == .applied)
            _ = try await session.undo("mend", commits: true, skipsConflicts: false)
            #expect(try await fixture.image() == before)
            try await fixture.database.script("DROP OWNED BY \(role); DROP ROLE \(role)")
        }
    }
}
