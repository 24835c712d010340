import Assay
import AssayTesting
@testable import Auditor
import FoundationEssentials
import Glibc
import Postgres
import Synchronization
import Testing

/// A connection, or the server, goes away while rows are read from it.
@Suite(.timeLimit(.minutes(15))) struct LostConnectionTests {
    /// Large enough for a second connection, with rows that break each promise.
    private static let fixture = """
        CREATE TABLE parents AS SELECT 'p' || i AS name FROM generate_series(1, 1000) i;
        CREATE TABLE rows AS SELECT i AS id, 'p' || i % 1100 AS parent,
            CASE WHEN i % 1000 > 0 THEN repeat('x', 110) || i % 119000 END AS name
            FROM generate_series(1, 120000) i;
        CREATE TABLE small AS SELECT 1 AS id, NULL::text AS name;
        ANALYZE;
        """

    private static let tables = [
        Table(
            TableName("rows"), key: ["id"], source: SourceLocation(file: #filePath, line: 1),
            checks: [
                Required("name"), Unique(by: "name"), References("parent", in: "parents.name"),
                RowCount(1...), NoRows("early") { "SELECT id FROM rows WHERE id < 3" },
            ]),
        Table(
            TableName("small"), key: ["id"], source: SourceLocation(file: #filePath, line: 1),
            checks: [Required("name")]),
    ]

    /// An audit whose rows come so slowly that it can be struck in their midst.
    private func start(
        _ target: DatabaseTarget, partSize: Int = 4 << 20
    ) throws -> (rowsRead: @Sendable () -> Int, report: Task<AuditReport, any Error>) {
        var options = AuditOptions(target: target)
        options.now = 1_800_000_000
        options.engine = .stream
        options.connections = 2
        options.partSize = partSize
        options.maxRate = 2_000_000
        options.identification = IdentificationOptions(
            file: nil, baseline: .newest([]), salt: "tests", isWhole: true)
        let suite = try Suite(name: "tests", tables: Self.tables, root: folderOfTests())
        let rows = RowsSeen()
        let run = AuditRun(suite: suite, options: options, version: "test") {
            rows.note($0.rows?.read ?? 0)
        }
        return ({ rows.most }, Task { try await run.report() })
    }

    /// Waits until the audit's first or second connection is in the midst of a part of the rows.
    ///
    /// - Returns: Its server process.
    private func reader(
        _ number: Int, _ rowsRead: @Sendable () -> Int, _ observer: Connection
    ) async throws -> String {
        while true {
            let found = try await observer.query(
                """
                SELECT pid FROM (
                    SELECT pid, query, state, row_number() OVER (ORDER BY backend_start) AS number
                    FROM pg_stat_activity
                    WHERE datname = current_database() AND application_name = 'assay audit') AS audit
                WHERE number = $1 AND state = 'active' AND query LIKE 'COPY%ctid%'
                ORDER BY pid
                """, ["\(number)"])
            if let pid = found.scalar, rowsRead() > 0 { return pid }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Expects what the database says of the same rows, each counted once.
    private func expect(_ report: AuditReport, _ whole: AuditReport) throws {
        #expect(report.trouble == nil)
        #expect(report.rows == whole.rows)
        for (one, other) in zip(report.results, whole.results) {
            #expect(one.measure == other.measure, "\(one.id) \(one.trouble ?? "")")
            #expect(one.outcome == other.outcome, "\(one.id)")
            #expect(one.rows == other.rows, "\(one.id)")
        }
        #expect(try report.result("required:name").measure?.violations == 120)
        #expect(report.exitCode(failOn: .error) == 1)
        let note = try #require(report.engineNotes.first)
        // A server process that waits for us to read cannot say why it ends.
        #expect(
            note.hasPrefix(
                "public.rows was read again row by row: the connection was lost: "))
        #expect(report.engineNotes.count == 1)
    }

    /// The first connection is the one whose snapshot the second has.
    @Test(arguments: [1, 2])
    func `another connection does in the database what one was reading, of the same moment`(
        killed: Int
    ) async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let whole = try await audit(database, Self.tables) { $0.engine = .push }
            let other = try await database.connect()
            let (rowsRead, report) = try start(database.target)
            let pid = try await reader(killed, rowsRead, other)
            try await other.execute("INSERT INTO rows SELECT id, 'none', NULL FROM rows LIMIT 99")
            try await other.execute("SELECT pg_terminate_backend($1)", [pid])
            try expect(try await report.value, whole)
        }
    }

    @Test func `a connection that had nothing left to do takes over`() async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let whole = try await audit(database, Self.tables) { $0.engine = .push }
            let other = try await database.connect()
            // One part, which one connection reads.
            let (rowsRead, report) = try start(database.target, partSize: 1 << 30)
            var reading: String?
            while reading == nil {
                let idle = try await other.query(
                    """
                    SELECT reading.pid FROM pg_stat_activity AS reading JOIN pg_stat_activity AS idle
                        USING (datname, application_name)
                    WHERE datname = current_database() AND application_name = 'assay audit'
                        AND reading.state = 'active' AND reading.query LIKE 'COPY%ctid%'
                        AND idle.state = 'idle in transaction'
                    ORDER BY 1
                    """)
                if rowsRead() > 100_000 / 4 { reading = idle.scalar }
                try await Task.sleep(for: .milliseconds(5))
            }
            try await other.execute("SELECT pg_terminate_backend($1)", [reading])
            try expect(try await report.value, whole)
        }
    }

    /// A server that is shut down, and one that starts anew because one of its processes crashed.
    @Test(arguments: [true, false])
    func `a server that goes away leaves every check of the rows errored`(
        isShutDown: Bool
    ) async throws {
        try await withThrowawayCluster { cluster in
            let other = try await Connection.connect(
                to: cluster.target, applicationName: "assay tests")
            try await other.script(Self.fixture)
            let (rowsRead, report) = try start(cluster.target)
            let pid = try await reader(2, rowsRead, other)
            let file = try String(
                contentsOfFile: "\(cluster.folder)/data/postmaster.pid", encoding: .utf8)
            let server = try #require(file.split(separator: "\n").first.flatMap { pid_t($0) })
            if isShutDown {
                kill(server, SIGINT)
            } else {
                kill(try #require(pid_t(pid)), SIGKILL)
            }
            let found = try await report.value
            let trouble = try #require(found.trouble)
            #expect(trouble.hasPrefix("the server went away: the connection was lost: "))
            for ending in ["required:name", "unique:name", "references:parent"] {
                let result = try found.result("public.rows/\(ending)")
                #expect(result.outcome == .errored)
                #expect(result.trouble == "not evaluated: \(trouble)")
            }
            // Nobody did it instead.
            #expect(found.engineNotes.isEmpty)
            #expect(found.exitCode(failOn: nil) == 2)
        }
    }

    @Test func `rows are told of as they come`() async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let seen = Mutex<[RowProgress]>([])
            let report = try await run(database, Self.tables) {
                $0.engine = .stream
            } progress: { progress in
                if let rows = progress.rows { seen.withLock { $0.append(rows) } }
            }.report()
            #expect(report.rows[TableName("rows")] == 120_000)
            let rows = seen.withLock { $0 }
            #expect(rows.map(\.read) == rows.map(\.read).sorted())
            // Its references' values, and its rows, in packs.
            #expect(Set(rows.map(\.read)).count > 20)
            #expect(rows.first?.isReading == true)
            let last = try #require(rows.last)
            #expect(last == RowProgress(read: 121_001, expected: 121_001, isReading: false))
        }
    }
}

/// The most rows that an audit has told of.
private final class RowsSeen: Sendable {
    private let rows = Mutex(0)

    var most: Int { rows.withLock { $0 } }

    func note(_ read: Int) { rows.withLock { $0 = max($0, read) } }
}
