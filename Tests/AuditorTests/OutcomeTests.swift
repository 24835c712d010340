import Assay
import AssayTesting
import Auditor
import Synchronization
import Testing

/// Scope, tolerance, and what is neither passed nor failed.
@Suite(.timeLimit(.minutes(15))) struct OutcomeTests {
    private static let fixture = """
        CREATE TABLE companies (id int PRIMARY KEY, name text, source text, created_at timestamptz);
        INSERT INTO companies
            SELECT i, CASE WHEN i > 2 THEN 'x' END, CASE WHEN i % 2 = 0 THEN 'even' END
            FROM generate_series(1, 200) i;
        CREATE TABLE empty (LIKE companies INCLUDING ALL);
        """

    @Test func `nothing in scope is not applicable, for every kind that looks at rows`()
        async throws
    {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let checks: [any Check] = [
                Required("name"), Normalized("name", as: .name), Unique(by: "name"),
                References("name", in: "companies.name"), OneOf("name", "x"),
                OneOf("source", in: "companies.name"), Matches("name", "x"),
                InRange("id", 1...), Length("name", ...3), SharedHost("name"),
                PoisonedDomain("name", names: "source"), Fresh("created_at", within: .hours(1)),
                Implies(.isNull("name"), then: .isNull("source")),
                NoRows("rows") { "SELECT * FROM empty" },
            ]
            let table = Table("empty", key: "id") { checks }
            let scoped = Table("companies", key: "id") {
                Required("name").where("id > 1000")
                Unique(by: "name").where(.equals("source", "odd"))
            }
            let report = try await audit(database, [table, scoped])
            #expect(report.results.count == checks.count + 2)
            for result in report.results {
                #expect(result.outcome == .notApplicable, "\(result.id) \(result.trouble ?? "")")
                #expect(result.samples.isEmpty && result.headline.isEmpty)
            }
            #expect(report.exitCode(failOn: .info) == 2)
        }
    }

    @Test func `references that seldom lead nowhere are shown by their first keys`() async throws {
        let setUp = """
            CREATE TABLE parents (id int PRIMARY KEY);
            CREATE TABLE children (id int PRIMARY KEY, parent int);
            INSERT INTO children SELECT i, 900 + i FROM generate_series(50, 1, -1) i;
            """
        try await withScratchDatabase(setUp: setUp) { database in
            let table = Table("children", key: "id") { References("parent", in: "parents.id") }
            let report = try await audit(database, [table]) { $0.engine = .push }
            let shown = try report.result("references:parent").samples.map(\.sentence)
            #expect(shown == ["id 1", "id 2", "id 3", "id 4", "id 5"])
        }
    }

    @Test(arguments: [Engine.push, .stream])
    func `a check counts once as done, however often it is asked`(engine: Engine) async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let table = Table("companies", key: "id") {
                Required("id", "name")
                Unique(by: "name")
                Implies(.present("name"), then: "1 / (id - id) = 1")
                NoRows("broken") { "SELECT id FROM companies WHERE 1 / (id - id) = 1" }
                References("source", in: "companies.name")
            }
            let last = Mutex<AuditProgress?>(nil)
            let run = try run(database, [table]) {
                $0.engine = engine
            } progress: { progress in
                last.withLock { $0 = progress }
            }
            let report = try await run.report()
            #expect(report.results.count { $0.outcome == .errored } == 2)
            let progress = last.withLock { $0 }
            #expect(progress?.total == report.results.count)
            #expect(progress?.done == report.results.count)
        }
    }

    @Test func `an empty table has no rows, and a row count says so`() async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let report = try await audit(database, [Table("empty") { RowCount(1...) }])
            #expect(try report.result("row-count").outcome == .failed)
        }
    }

    @Test func `a scope limits what is counted and shown`() async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let table = Table("companies", key: "id") {
                Required("name").where(.equals("source", "even")).named("named form")
                Required("name").where("id % 2 = \(1) AND id < 100").named("SQL")
                Required("name").where("id = 1 OR id = 2").where(.isNull("source")).named("both")
            }
            let report = try await audit(database, [table])
            let named = try report.result("required:named form")
            #expect(named.measure?.scope == 100)
            #expect(named.rows == ["id 2"])
            #expect(named.scope == "source is even")
            let sql = try report.result("required:SQL")
            #expect(sql.measure?.scope == 50)
            #expect(sql.rows == ["id 1"])
            let both = try report.result("required:both")
            #expect(both.measure?.scope == 1)
            #expect(both.rows == ["id 1"])
        }
    }

    @Test func `a scope may ask of other tables`() async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let table = Table("companies", key: "id") {
                Required("name").where(
                    "EXISTS (SELECT FROM companies AS c WHERE c.id = companies.id + 199)")
                References("id", in: "empty.id").where("companies.id <= 3")
            }
            let report = try await audit(database, [table])
            #expect(try report.result("required:name").measure?.scope == 1)
            #expect(
                try report.result("references:id").measure == Measure(violations: 3, scope: 3))
        }
    }

    @Test func `what is allowed passes, what is warned of is told`() async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let table = Table("companies", key: "id") {
                Required("name").allow(upTo: .percent(1)).named("allowed")
                Required("name").allow(upTo: .percent(0.99)).named("too many")
                Required("name").allow(upTo: .rows(2)).warn(above: .rows(1)).named("warned")
                Required("name").severity(.warning).named("mild")
                Required("name").severity(.info).named("info")
            }
            let report = try await audit(database, [table])
            #expect(
                report.results.map(\.outcome) == [.passed, .failed, .warned, .warned, .warned])
            #expect(report.findings.map(\.findingSeverity) == [.error, .warning, .warning, .info])
            let allowed = try report.result("required:allowed")
            #expect(allowed.measure?.violations == 2)
            #expect(allowed.rows == ["id 1", "id 2"])
            #expect(allowed.headline.isEmpty)
        }
    }

    @Test func `as many examples are shown as asked for, the first ones`() async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let table = Table("companies", key: "id") {
                Required("source")
                NoRows("odd companies") { "SELECT id FROM companies WHERE source IS NULL" }
                Unique(by: "source")
                References("id", in: "empty.id")
            }
            for limit in [1, 3, 100] {
                let report = try await audit(database, [table]) { $0.samples = limit }
                for id in ["required:source", "no-rows:odd-companies"] {
                    let result = try report.result(id)
                    #expect(result.measure?.violations == 100)
                    #expect(
                        Set(result.rows) == Set((0..<limit).map { "id \($0 * 2 + 1)" }), "\(id)")
                }
                #expect(try report.result("unique:source").rows == ["id 2, 200 and 98 more"])
                #expect(try report.result("references:id").samples.count == limit)
            }
        }
    }

    @Test func `without examples everything is counted all the same`() async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let table = Table("companies", key: "id") {
                Required("source")
                NoRows("odd companies") { "SELECT id FROM companies WHERE source IS NULL" }
                Unique(by: "source")
                References("id", in: "empty.id")
                PoisonedDomain("source", names: "id")
            }
            let shown = try await audit(database, [table])
            let bare = try await audit(database, [table]) { $0.samples = 0 }
            #expect(bare.results.map(\.measure) == shown.results.map(\.measure))
            #expect(bare.results.map(\.outcome) == shown.results.map(\.outcome))
            #expect(bare.results.allSatisfy { $0.samples.isEmpty })
        }
    }

    @Test func `equal data give equal reports`() async throws {
        let setUp = """
            CREATE TABLE companies (id int, name text, source text);
            INSERT INTO companies
            SELECT i, CASE WHEN i % 7 > 0 THEN 'n' || i % 1000 END, 's' || i % 3
            FROM generate_series(1, 200000) i;
            """
        try await withScratchDatabase(setUp: setUp) { database in
            let table = Table("companies") {
                Required("name")
                Unique(by: "name")
                OneOf("source", "s1", "s2")
                References("name", in: "companies.source")
                NoRows("sevens") { "SELECT id FROM companies WHERE name IS NULL" }
                RowCount(1...)
            }
            let first = try await audit(database, [table]) { $0.connections = 2 }
            let second = try await audit(database, [table]) { $0.connections = 2 }
            #expect(first == second)
            #expect(first.duration == nil && first.time == 1_800_000_000)
            #expect(first.run == "2027-01-15-080000")
            #expect(
                first.results.filter { !$0.samples.isEmpty }.map(\.kind)
                    == ["required", "unique", "one-of", "references"])
        }
    }

    @Test func `a report says what was audited`() async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let report = try await audit(database, [Table("companies") { RowCount(1...) }]) {
                $0.now = nil
                $0.run = "nightly"
                $0.server = "warehouse"
            }
            #expect(report.run == "nightly" && report.suite == "tests" && report.version == "test")
            #expect(report.duration.map { $0 > 0 } == true)
            let audited = try #require(report.database)
            #expect(audited.name == database.name && audited.role == "postgres")
            #expect(audited.server == "warehouse" && !audited.isReplica)
            #expect(report.rows == [TableName("companies"): 200])
        }
    }

    @Test func `progress ends with all checks done`() async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let table = Table("companies", key: "id") {
                Required("name")
                Unique(by: "id")
                NoRows("rows") { "SELECT 1/0" }
            }
            let (stream, continuation) = AsyncStream.makeStream(of: AuditProgress.self)
            let report = try await run(
                database, [table], progress: { continuation.yield($0) }
            ).report()
            continuation.finish()
            var seen: [AuditProgress] = []
            for await progress in stream { seen.append(progress) }
            #expect(seen.last?.done == 3)
            #expect(seen.allSatisfy { $0.total == 3 })
            #expect(seen.map(\.done) == seen.map(\.done).sorted())
            #expect(report.results.count == 3)
        }
    }
}
