import Assay
import AssayTesting
import Auditor
import History
import Postgres
import Synchronization
import Testing

/// Runs that are recorded, and what is seen of them afterwards.
@Suite(.timeLimit(.minutes(15))) struct HistoryTests {
    @Test func `a run and its measures are recorded`() async throws {
        try await withHistory { history in
            let first = try await history.begin()
            #expect(try await history.runs().map(\.state) == ["running"])
            try await first.finish(report([4, nil]), status: 2, isWhole: true)
            let second = try await history.begin()
            try await second.finish(report([7, 0], time: 1_800_086_400), status: 1, isWhole: true)
            let runs = try await history.runs()
            #expect(runs.map(\.id) == [second.id, first.id])
            #expect(runs.map(\.state) == ["finished", "finished"])
            #expect(runs.map(\.status) == [1, 2])
            #expect(runs[0].outcomes[.failed] == 1 && runs[0].outcomes[.passed] == 1)
            #expect(runs[1].outcomes[.errored] == 1)
            #expect(runs.map(\.violations) == [7, 4])
            let entries = try await history.past.entries(of: "core.companies/required:c0", last: 9)
            #expect(entries.map(\.violations) == [4, 7])
            #expect(entries.map(\.scope) == [10, 10])
            let errored = try await history.past.entries(of: "core.companies/required:c1", last: 9)
            #expect(errored.map(\.violations) == [nil, 0])
            #expect(errored.map(\.outcome) == ["errored", "passed"])
        }
    }

    @Test func `a trend holds what earlier runs measured, in the order of time`() async throws {
        try await withHistory { history in
            // The clock went backwards between the second and the third.
            for (time, count) in [(1_800_000_000.0, 4), (1_800_086_400, 7), (1_799_000_000, 5)] {
                let run = try await history.begin()
                try await run.finish(report([count], time: time), status: 1, isWhole: true)
            }
            let run = try await history.begin()
            let trends = try await run.trends(of: ["core.companies/required:c0", "x"])
            #expect(
                trends == [
                    "core.companies/required:c0": Trend([
                        .init(time: 1_799_000_000, violations: 5),
                        .init(time: 1_800_000_000, violations: 4),
                        .init(time: 1_800_086_400, violations: 7),
                    ])
                ])
            #expect(trends["core.companies/required:c0"]?.sparkline == "▆▅█")
            let last = try await run.trends(of: ["core.companies/required:c0"], last: 1)
            #expect(last.values.first?.points.map(\.violations) == [5])
        }
    }

    @Test func `runs that overlap are refused`() async throws {
        try await withHistory { history in
            let first = try await history.begin()
            let refused = try await #require(throws: Refusal.self) { try await history.begin() }
            #expect(
                refused.description.hasPrefix(
                    "another run of this suite on this database is under way: run \(first.id), which "
                        + "began at 2"))
            // Another suite and another database do not.
            let other = try await history.begin(suite: "other")
            let elsewhere = try await history.begin(database: "elsewhere")
            for run in [other, elsewhere, first] {
                try await run.finish(report([1]), status: 1, isWhole: true)
            }
            try await history.begin().finish(report([1]), status: 1, isWhole: true)
        }
    }

    @Test func `a run may wait for the one that is under way`() async throws {
        try await withHistory { history in
            let first = try await history.begin()
            let told = Mutex<[Int]>([])
            async let second = history.begin(overlap: .wait) { other in
                told.withLock { $0.append(other.id) }
            }
            let observer = try await history.database.connect()
            while try await observer.query(
                """
                SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """
            ).isEmpty {
                try await Task.sleep(for: .milliseconds(5))
            }
            try await first.finish(report([1]), status: 1, isWhole: true)
            let waited = try await second
            #expect(waited.id > first.id && waited.died.isEmpty)
            #expect(told.withLock { $0 } == [first.id])
        }
    }

    @Test func `a run that died is seen`() async throws {
        try await withHistory { history in
            let first = try await history.begin()
            try await history.database.script(
                "SELECT pg_terminate_backend(backend, 5000) FROM assay.runs")
            #expect(try await history.runs().map(\.state) == ["died"])
            let second = try await history.begin()
            #expect(second.died.map(\.id) == [first.id])
            try await second.finish(report([1]), status: 1, isWhole: true)
            #expect(try await history.runs().map(\.state) == ["finished", "died"])
            #expect(try await history.begin().died.isEmpty)
        }
    }

    @Test func `a run whose connection was lost is recorded all the same`() async throws {
        try await withHistory { history in
            let run = try await history.begin()
            try await history.database.script(
                "SELECT pg_terminate_backend(backend, 5000) FROM assay.runs")
            try await run.finish(report([1]), status: 1, isWhole: true)
            #expect(try await history.runs().map(\.state) == ["finished"])
        }
    }

    @Test func `a run without a report says why`() async throws {
        try await withHistory { history in
            try await history.begin().fail("core.people has no column x")
            let run = try #require(try await history.runs().first)
            #expect(run.state == "finished" && run.status == 2 && run.violations == nil)
            #expect(run.trouble == "core.people has no column x")
        }
    }

    @Test func `old runs are removed, but none under way`() async throws {
        try await withHistory { history in
            for _ in 1...3 {
                let run = try await history.begin()
                try await run.finish(report([1]), status: 1, isWhole: true)
            }
            let other = try await history.begin(suite: "other")
            try await other.finish(report([1]), status: 1, isWhole: true)
            let running = try await history.begin()
            try await history.database.script(
                "UPDATE assay.runs SET started_at = started_at - interval '401 days' WHERE id <> 2")
            #expect(try await history.past.prune(keeping: 400) == 2)
            #expect(try await history.runs().map(\.id) == [running.id, 2])
            let connection = try await history.database.connect()
            let results = try await connection.query(
                "SELECT DISTINCT run FROM assay.results ORDER BY 1")
            #expect(results.compactMap { $0[0] } == ["2", String(other.id)])
        }
    }

    // MARK: Refusals

    @Test func `a history that is not there or newer is refused`() async throws {
        try await withScratchDatabase { database in
            let history = Fixture(database: database)
            let missing = try await #require(throws: Refusal.self) { try await history.begin() }
            #expect(
                missing.description
                    == "\(database.name) has no history; the owner of its schema assay makes it: assay "
                    + "install")
            try await database.script(HistoryInstallation().sql())
            try await database.script("INSERT INTO assay.history_version VALUES (3)")
            for _ in 1...2 {
                let newer = try await #require(throws: Refusal.self) { try await history.runs() }
                #expect(
                    newer.description
                        == "the history in \(database.name) is of version 3, and this command keeps "
                        + "version 2; use the command that installed it")
                // Installing again does not take it back.
                try await database.script(HistoryInstallation().sql())
            }
        }
    }

    @Test func `a history of the first version is refused until it is brought up to date`()
        async throws
    {
        try await withHistory { history in
            try await history.begin().finish(report([4]), status: 1, isWhole: true)
            try await history.database.script(
                """
                ALTER TABLE assay.results DROP COLUMN value;
                DELETE FROM assay.history_version WHERE version > 1;
                """)
            let older = try await #require(throws: Refusal.self) { try await history.runs() }
            #expect(
                older.description
                    == "the history in \(history.database.name) is of version 1, and this command keeps "
                    + "version 2; the owner of its schema assay brings it up to date, and loses "
                    + "nothing: assay install")
            try await history.database.script(HistoryInstallation().sql())
            #expect(try await history.runs().map(\.violations) == [4])
            try await history.begin().finish(report([5]), status: 1, isWhole: true)
        }
    }

    // MARK: Values

    @Test func `the value of a check is recorded, and is the past of the next run`() async throws {
        try await withHistory { history in
            let id = "core.companies/steady:row-count"
            for (night, rows) in [100, 90, 110].enumerated() {
                let run = try await history.begin()
                try await run.finish(
                    report(rows: rows, time: 1_800_000_000 + Double(night) * 86_400), status: 0,
                    isWhole: true)
            }
            let points = [100.0, 90, 110].enumerated().map {
                Past.Point(time: 1_800_000_000 + Double($0) * 86_400, value: $1)
            }
            let run = try await history.begin()
            #expect(try await run.past(of: [id, "x"]) == [id: Past(points)])
            #expect(
                try await run.trends(of: [id])[id]
                    == Trend(
                        points.map { .init(time: $0.time, violations: 0, value: $0.value) }))
            #expect(try await history.past.entries(of: id, last: 9).map(\.value) == [100, 90, 110])
            #expect(try await history.read([id]) == [id: Past(points)])
            // Neither another database's runs nor those that never ended are a past.
            #expect(try await history.begin(database: "elsewhere").past(of: [id]).isEmpty)
            try await history.database.script("UPDATE assay.runs SET state = 'died' WHERE id = 2")
            #expect(try await run.past(of: [id])[id]?.points.map(\.value) == [100, 110])
        }
    }

    @Test func `the past of a check is its last runs, whatever else ran`() async throws {
        try await withHistory { history in
            try await history.database.script(
                """
                INSERT INTO assay.runs (suite, database, lock, assay, state, snapshot_at)
                SELECT 'tests', '\(history.database.name)', 0, 'test', 'finished',
                    to_timestamp(1800000000 + n * 86400) FROM generate_series(1, 1200) AS n;
                INSERT INTO assay.results (run, position, check_id, table_name, kind, dimension,
                    severity, outcome, value)
                SELECT id, 1, 'a/steady:row-count', 'a', 'steady', 'volume', 'error', 'passed', id
                FROM assay.runs WHERE id % 2 = 0;
                """)
            let past = try await history.read(["a/steady:row-count"]).values.first
            #expect(
                past?.points.map(\.value) == stride(from: 202, through: 1_200, by: 2).map { $0 })
            #expect(past?.points.count == Past.reach)
        }
    }

    private func report(rows: Int, time: Double) -> AuditReport {
        let result = CheckResult(
            Steady(.rowCount), id: "core.companies/steady:row-count",
            table: TableName("core.companies"), source: SourceLocation(file: "c.swift", line: 1),
            excerpt: nil,
            verdict: .measured(
                Measure(violations: 0, scope: 0, observed: "learning", value: Double(rows)),
                samples: []))
        return AuditReport(
            run: "nightly", time: time, duration: 1.5, version: "test", suite: "tests",
            database: nil, rows: [:], results: [result])
    }

    @Test func `a check that is not known is refused with the nearest name`() async throws {
        try await withHistory { history in
            try await history.begin().finish(report([1]), status: 1, isWhole: true)
            let refused = try await #require(throws: Refusal.self) {
                try await history.past.entries(of: "core.companys/required:c0", last: 3)
            }
            #expect(
                refused.description
                    == "the history holds no check called core.companys/required:c0 of the suite "
                    + "tests; did you mean core.companies/required:c0?")
        }
    }

    @Test func `the role that records needs no more than it is granted`() async throws {
        try await withHistory { history in
            let name = "recorder_\(history.database.name)"
            let sql = try HistoryInstallation(historyRole: name, auditRole: name).sql()
            try await history.database.script("CREATE ROLE \(name) LOGIN; \(sql)")
            try await history.database.script("CREATE TABLE secret (id int)")
            var own = history
            own.user = name
            try await own.begin().finish(report([1]), status: 1, isWhole: true)
            #expect(try await own.runs().count == 1)
            #expect(try await own.past.prune(keeping: 1) == 0)
            let connection = try await Connection.connect(
                to: history.database.target.with("user", name), applicationName: "assay tests")
            await #expect(throws: PostgresError.self) { try await connection.query("TABLE secret") }
            await connection.close()
            try await history.database.script("DROP OWNED BY \(name); DROP ROLE \(name)")
        }
    }

    // MARK: Histories

    private func withHistory(_ body: (Fixture) async throws -> Void) async throws {
        try await withScratchDatabase(setUp: try HistoryInstallation().sql()) { database in
            try await body(Fixture(database: database))
        }
    }

    private func report(_ counts: [Int?], time: Double = 1_800_000_000) -> AuditReport {
        let results = counts.enumerated().map { number, count in
            CheckResult(
                Required("c\(number)", line: 1), id: "core.companies/required:c\(number)",
                table: TableName("core.companies"),
                source: SourceLocation(file: "c.swift", line: 1),
                excerpt: nil,
                verdict: count.map {
                    .measured(Measure(violations: $0, scope: 10), samples: [])
                } ?? .errored("it was not reached"))
        }
        return AuditReport(
            run: "nightly", time: time, duration: 1.5, version: "test", suite: "tests",
            database: nil, rows: [:], results: results)
    }

    private struct Fixture {
        let database: ScratchDatabase
        var user: String?

        init(database: ScratchDatabase) {
            self.database = database
        }

        private func options(_ overlap: HistoryOptions.Overlap = .refuse) -> HistoryOptions {
            var target = database.target
            if let user { target = target.with("user", user) }
            var options = HistoryOptions(target: target)
            options.overlap = overlap
            return options
        }

        var past: History { History(of: "tests", in: options()) }

        /// The past of some checks, as a run that is not recorded reads it.
        func read(_ checks: [String]) async throws -> [String: Past] {
            try await History.past(of: checks, subject(), in: options())
        }

        private func subject(
            suite: String = "tests", database name: String? = nil
        ) -> Recording.Subject {
            Recording.Subject(
                suite: suite, database: name ?? database.name, systemIdentifier: nil,
                version: "test")
        }

        func runs() async throws -> [PastRun] { try await past.runs(last: 20) }

        func begin(
            suite: String = "tests", database name: String? = nil,
            overlap: HistoryOptions.Overlap = .refuse,
            waiting: @Sendable (PastRun) -> Void = { _ in }
        ) async throws -> Recording {
            try await Recording(
                of: subject(suite: suite, database: name), in: options(overlap), waiting: waiting)
        }
    }
}
