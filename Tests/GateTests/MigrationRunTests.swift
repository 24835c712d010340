import Assay
import AssayTesting
import Auditor
import Gate
import Postgres
import Testing

@Suite(.timeLimit(.minutes(15))) struct MigrationRunTests {
    private func trace(_ up: String, runsInTransaction: Bool = false) async throws -> MigrationTrace
    {
        try await withScratchDatabase(setUp: GateFixture.warehouse) { database in
            let connection = try await database.connect()
            let migration = Migration(
                name: "m", up: .init(file: "m.sql", text: up), runsInTransaction: runsInTransaction)
            let trace = try await MigrationRun(on: connection).run(migration)
            await connection.close()
            return trace
        }
    }

    private let companies = TableName("core.companies")
    private let customers = TableName("core.customers")

    @Test func `each statement is told by its locks, its scans and what it writes anew`()
        async throws
    {
        let trace = try await trace(
            """
            ALTER TABLE core.companies ALTER domain SET NOT NULL;
            ALTER TABLE core.customers ADD FOREIGN KEY (company_id) REFERENCES core.companies NOT VALID;
            ALTER TABLE core.companies ALTER employees TYPE bigint;
            CREATE INDEX ON core.customers (name);
            CREATE TABLE core.notes (id int);
            """)
        #expect(trace.hasRun)
        let steps = trace.statements
        #expect(steps.map(\.transaction) == [1, 1, 1, 1, 1])
        #expect(steps[0].locks == [HeldLock(table: companies, mode: .accessExclusive)])
        #expect(steps[0].scanned == [companies] && steps[0].rewritten.isEmpty)
        #expect(steps[1].locks == [HeldLock(table: customers, mode: .shareRowExclusive)])
        #expect(steps[1].scanned.isEmpty)
        #expect(steps[2].rewritten == [companies] && steps[2].indexed == [companies])
        #expect(steps[3].locks.isEmpty && steps[3].indexed == [customers])
        #expect(steps[4].locks.isEmpty && steps[4].indexed.isEmpty)
    }

    @Test
    func `what cannot run in a transaction stands outside it, with the locks it is known for`()
        async throws
    {
        let trace = try await trace(
            """
            ALTER TABLE core.companies ADD COLUMN country text;
            CREATE UNIQUE INDEX CONCURRENTLY ON core.companies (id, domain);
            ALTER TABLE core.companies ADD COLUMN city text;
            """)
        #expect(trace.hasRun)
        #expect(trace.statements.map(\.transaction) == [1, 2, 3])
        #expect(trace.statements[1].isDocumented)
        #expect(
            trace.statements[1].locks == [HeldLock(table: companies, mode: .shareUpdateExclusive)])
        #expect(trace.statements[1].indexed == [companies])
    }

    @Test(arguments: [
        "DO $$ BEGIN FOR i IN 1..3 LOOP UPDATE core.companies SET size = 'x' WHERE id = i; COMMIT; "
            + "END LOOP; END $$;",
        "CALL core.batches();", "DO $$ BEGIN CALL core.batches(); END $$;",
    ])
    func `what commits in batches stands outside a transaction`(batches: String) async throws {
        let trace = try await trace(
            """
            CREATE PROCEDURE core.batches() LANGUAGE plpgsql AS $$
                BEGIN DELETE FROM core.customers WHERE id < 3; COMMIT; DELETE FROM core.customers; END $$;
            ALTER TABLE core.companies ADD country text;
            \(batches)
            ALTER TABLE core.companies ADD city text;
            """)
        #expect(trace.failure == nil)
        #expect(trace.statements.map(\.transaction) == [1, 1, 2, 3])
    }

    @Test func `a procedure that does not commit is watched in its transaction`() async throws {
        let trace = try await trace(
            """
            CREATE PROCEDURE core.once() LANGUAGE plpgsql AS
                $$ BEGIN LOCK TABLE core.companies IN SHARE MODE; END $$;
            CALL core.once();
            """)
        #expect(trace.statements.map(\.transaction) == [1, 1])
        #expect(trace.statements[1].locks == [HeldLock(table: companies, mode: .share)])
    }

    @Test func `a runner that puts all of it into one transaction has CONCURRENTLY fail`()
        async throws
    {
        let trace = try await trace(
            "CREATE INDEX CONCURRENTLY ON core.companies (name);", runsInTransaction: true)
        #expect(trace.failure?.sqlState == "25001")
    }

    @Test func `a file with transactions of its own keeps them`() async throws {
        let trace = try await trace(
            """
            ALTER TABLE core.companies ADD a int;
            BEGIN;
            ALTER TABLE core.companies ADD b int;
            ALTER TABLE core.customers ADD c int;
            COMMIT;
            ALTER TABLE core.customers ADD d int;
            """)
        #expect(trace.hasRun)
        #expect(trace.statements.map(\.transaction) == [1, 2, 2, 2, 2, 3])
        #expect(trace.statements[0].locks.map(\.table) == [companies])
        #expect(trace.statements[3].locks.map(\.table) == [customers])
        #expect(trace.statements[5].locks.map(\.table) == [customers])
    }

    @Test func `what goes by CASCADE is listed in the server's words`() async throws {
        let trace = try await trace(
            """
            CREATE VIEW core.more AS SELECT * FROM core.named;
            DROP TABLE core.companies CASCADE;
            """)
        #expect(trace.statements[1].cascaded.sorted() == ["view core.more", "view core.named"])
        #expect(trace.statements[1].locks == [HeldLock(table: companies, mode: .accessExclusive)])
    }

    @Test
    func `a statement that fails ends the migration, and its place is where the server points`()
        async throws
    {
        let trace = try await trace(
            "ALTER TABLE core.companies ADD a int;\nALTER TABLE core.companies\n  ADD CHECK (b > 0);"
        )
        #expect(trace.failure?.sqlState == .undefinedColumn)
        #expect(trace.statements.count == 2)
        #expect(trace.statements[1].failure != nil)
    }

    @Test func `a deferred constraint that fails at COMMIT is a failure`() async throws {
        let trace = try await trace(
            """
            ALTER TABLE core.customers ADD FOREIGN KEY (company_id) REFERENCES core.companies
                DEFERRABLE INITIALLY DEFERRED NOT VALID;
            UPDATE core.customers SET company_id = -1 WHERE id = 1;
            """)
        #expect(trace.failure?.sqlState == .foreignKeyViolation)
    }
}
