import Assay
import AssayTesting
import Auditor
import Postgres
import Testing

/// What happens to the database while an audit runs.
@Suite(.timeLimit(.minutes(15))) struct FaultTests {
    /// Two tables that are read one after the other: works of one size keep the order of the suite.
    private static let fixture = """
        CREATE TABLE first (id int PRIMARY KEY, name text);
        CREATE TABLE second (id int PRIMARY KEY, name text);
        INSERT INTO first VALUES (1, NULL); INSERT INTO second VALUES (1, NULL);
        """

    private static let tables = [
        Table("first", key: "id") { Required("name") },
        Table("second", key: "id") { Required("name") },
    ]

    /// Two tables that are large enough for a second connection, each with a query that waits for
    /// an advisory lock before anything else is read.
    private static let large = """
        CREATE TABLE first AS SELECT i AS id, repeat('x', 1000) AS name
            FROM generate_series(1, 12000) i;
        CREATE TABLE second AS SELECT * FROM first;
        ANALYZE;
        """

    private static let gated = ["first", "second"].map { name in
        Table(
            TableName(name), key: [], source: SourceLocation(file: #filePath, line: 1),
            checks: [
                RowCount(12_000...12_000),
                Required("name"),
                NoRows("\(name) gate") {
                    "SELECT 1 WHERE pg_advisory_xact_lock_shared(7)::text = 'locked'"
                },
                NoRows("\(name) rows") {
                    "SELECT id FROM \(TableName(name)) WHERE name IS NULL OR id > 12000"
                },
            ])
    }

    /// Starts an audit that waits for `second`, which another session has locked.
    private func whileBlocked(
        _ body: (ScratchDatabase, Connection, Task<AuditReport, any Error>) async throws -> Void
    ) async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let other = try await database.connect()
            try await other.begin(.readWrite)
            try await other.execute("LOCK TABLE second IN ACCESS EXCLUSIVE MODE")
            let run = try run(database, Self.tables)
            let task = Task { try await run.report() }
            try await waitForBlockedAudit(in: database)
            try await body(database, other, task)
        }
    }

    @Test func `a table that is dropped while the audit runs is errored alone`() async throws {
        try await whileBlocked { _, other, task in
            try await other.execute("DROP TABLE second")
            try await other.commit()
            let report = try await task.value
            #expect(report.results.map(\.outcome) == [.failed, .errored])
            #expect(report.results[0].rows == ["id 1"])
            #expect(report.results[1].trouble == "relation \"public.second\" does not exist")
            #expect(report.trouble == nil)
            #expect(report.exitCode(failOn: nil) == 2)
        }
    }

    @Test func `a column that is renamed while the audit runs is errored alone`() async throws {
        try await whileBlocked { _, other, task in
            try await other.execute("ALTER TABLE second RENAME name TO title")
            try await other.commit()
            let report = try await task.value
            #expect(report.results.map(\.outcome) == [.failed, .errored])
            #expect(
                report.results[1].trouble?.hasPrefix("column \"name\" does not exist") == true)
        }
    }

    @Test func `a server process that is killed leaves what was measured`() async throws {
        try await whileBlocked { database, other, task in
            let pids = try await waitForBlockedAudit(in: database)
            try await other.execute("SELECT pg_terminate_backend($1)", pids)
            let report = try await task.value
            #expect(report.results.map(\.outcome) == [.failed, .errored])
            #expect(report.results[0].rows == ["id 1"])
            let trouble = try #require(report.trouble)
            #expect(trouble.hasPrefix("the server went away: "))
            #expect(trouble.contains("administrator command"))
            #expect(report.results[1].trouble == "not evaluated: \(trouble)")
            #expect(report.exitCode(failOn: nil) == 2)
        }
    }

    @Test func `an interrupted run reports what it had measured`() async throws {
        try await whileBlocked { _, _, task in
            task.cancel()
            let report = try await task.value
            #expect(report.results.map(\.outcome) == [.failed, .errored])
            #expect(report.trouble == "the run was interrupted")
            #expect(report.results[1].trouble == "not evaluated: the run was interrupted")
            #expect(report.exitCode(failOn: nil) == 2)
        }
    }

    @Test func `a run that is interrupted leaves no session behind`() async throws {
        try await whileBlocked { database, _, task in
            task.cancel()
            _ = try await task.value
            let observer = try await database.connect()
            while try await !observer.query(
                """
                SELECT FROM pg_stat_activity WHERE datname = current_database() \
                AND application_name = 'assay audit'
                """
            ).isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    @Test func `rows that arrive while the audit runs are not seen by any connection`()
        async throws
    {
        try await withScratchDatabase(setUp: Self.large) { database in
            let other = try await database.connect()
            try await other.execute("SELECT pg_advisory_lock(7)")
            let run = try run(database, Self.gated) { $0.connections = 2 }
            let task = Task { try await run.report() }
            try await waitForBlockedAudit(in: database, connections: 2)
            try await other.execute(
                """
                WITH more AS (INSERT INTO second SELECT 12001, NULL FROM generate_series(1, 9))
                INSERT INTO first SELECT 12001, NULL FROM generate_series(1, 9)
                """)
            try await other.execute("UPDATE first SET name = NULL WHERE id < 100")
            try await other.execute("SELECT pg_advisory_unlock(7)")
            let report = try await task.value
            for result in report.results {
                #expect(result.outcome == .passed, "\(result.id) \(result.trouble ?? "")")
            }
            #expect(report.results.count == 8)
            #expect(report.rows.values.allSatisfy { $0 == 12_000 })
            let later = try await audit(database, Self.gated)
            #expect(later.count(.failed) == 6)
        }
    }

    @Test(arguments: [0, 1])
    func `what one connection cannot finish another one does`(killed: Int) async throws {
        try await withScratchDatabase(setUp: Self.large) { database in
            let other = try await database.connect()
            try await other.execute("SELECT pg_advisory_lock(7)")
            let run = try run(database, Self.gated) { $0.connections = 2 }
            let task = Task { try await run.report() }
            let pids = try await waitForBlockedAudit(in: database, connections: 2)
            try await other.execute("SELECT pg_terminate_backend($1)", [pids[killed]])
            // Only then has the dying connection given its work back.
            while try await waitForBlockedAudit(in: database).contains(pids[killed]) {
                try await Task.sleep(for: .milliseconds(5))
            }
            try await other.execute("SELECT pg_advisory_unlock(7)")
            let report = try await task.value
            #expect(report.trouble == nil)
            for result in report.results {
                #expect(result.outcome == .passed, "\(result.id) \(result.trouble ?? "")")
            }
        }
    }
}
