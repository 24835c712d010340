import AssayTesting
import Auditor
import Ingest
import Postgres
import Testing

@Suite(.timeLimit(.minutes(15))) struct MigrationTests {
    @Test func `a fresh database breaks none of the promises`() async throws {
        try await withScratchDatabase { database in
            let applied = try await migrator(database).migrate()
            #expect(applied.map(\.number) == Migration.all.map(\.number))
            let connection = try await database.connect()
            let warehouse = TestWarehouse(database: database, connection: connection)
            let findings = try await warehouse.findings(ofCopy: false)
            #expect(findings == [])
            await connection.close()
        }
    }

    @Test func `migrating twice, or two at once, applies everything once`() async throws {
        try await withScratchDatabase { database in
            async let one = migrator(database).migrate()
            async let other = migrator(database).migrate()
            let both = try await one + other
            #expect(both.map(\.number).sorted() == Migration.all.map(\.number))
            #expect(try await migrator(database).migrate() == [])
        }
    }

    @Test func `another database than the expected one is refused`() async throws {
        try await withScratchDatabase { database in
            let wrong = Migrator(
                target: database.target, expected: ExpectedDatabase(name: "warehouse"))
            let refusal = try await #require(throws: Refusal.self) { try await wrong.migrate() }
            #expect(refusal.description.contains("the wrong database answered"))
            let none = Migrator(target: database.target, expected: ExpectedDatabase())
            await #expect(throws: Refusal.self) { try await none.migrate() }
            let connection = try await database.connect()
            #expect(
                try await connection.query("SELECT to_regclass('core.companies')").scalar == nil)
        }
    }

    @Test func `a migration that was applied in another form is refused`() async throws {
        try await withScratchDatabase { database in
            _ = try await migrator(database).migrate()
            try await database.script(
                "UPDATE ingest.migrations SET digest = 'other' WHERE number = 2")
            let refusal = try await #require(throws: Refusal.self) {
                try await migrator(database).migrate()
            }
            #expect(
                refusal.description.contains("migration 2 (triggers) was applied in another form"))
            try await database.script(
                "INSERT INTO ingest.migrations (number, name, digest) VALUES (99, 'later', 'x')")
            let later = try await #require(throws: Refusal.self) {
                try await migrator(database).migrate()
            }
            #expect(later.description.contains("migration 99 (later) was applied"))
        }
    }

    @Test func `a warehouse that something else has made is refused`() async throws {
        try await withScratchDatabase(setUp: "CREATE SCHEMA core; CREATE TABLE core.companies ()") {
            database in
            let refusal = try await #require(throws: Refusal.self) {
                try await migrator(database).migrate()
            }
            #expect(refusal.description.contains("core.companies is there"))
        }
    }

    @Test func `the printed script makes the same`() async throws {
        try await withScratchDatabase { database in
            try await database.script(Migrator.script)
            #expect(try await migrator(database).migrate() == [])
        }
    }

    @Test func `finished work is not forgotten, and payloads are not changed`() async throws {
        try await TestWarehouse.with { warehouse in
            try await warehouse.accept(CustomersTests.payload)
            let owner = try await warehouse.database.connect()
            try await owner.execute("UPDATE raw.staging_case_study_urls SET processed = true")
            await owner.close()
            for statement in [
                "UPDATE raw.staging_case_study_urls SET processed = false",
                "UPDATE raw.claygent_customers_structured_raw SET payload = '{}'",
                "DELETE FROM core.company_customers",
                "UPDATE core.people SET company_domain = 'bit.ly'",
            ] {
                let error = await #expect(throws: PostgresError.self) {
                    try await warehouse.connection.execute(statement)
                }
                #expect(error?.sqlState == .insufficientPrivilege, "\(statement)")
            }
        }
    }

    private func migrator(_ database: ScratchDatabase) -> Migrator {
        Migrator(target: database.target, expected: ExpectedDatabase(name: database.name))
    }
}
