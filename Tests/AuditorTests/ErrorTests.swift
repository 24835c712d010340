import Assay
import AssayTesting
import Auditor
import Testing

/// What cannot be evaluated is errored alone, with a sentence, and never passes.
@Suite(.timeLimit(.minutes(15))) struct ErrorTests {
    private static let fixture = """
        CREATE TABLE companies (id int PRIMARY KEY, name text, tags int[], founded int, day date);
        INSERT INTO companies VALUES (1, 'Acme', '{1,2}', 1999, NULL), (2, NULL, '{}', 0, NULL);
        CREATE SEQUENCE visits;
        """

    /// Audits these checks between two others, which are measured whatever becomes of them.
    private func results(
        _ checks: any Check..., configure: @Sendable (inout AuditOptions) -> Void = { _ in }
    ) async throws -> [CheckResult] {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let table = Table("companies", key: "id") {
                Required("name").named("before")
                checks
                InRange("founded", 1...).named("after")
            }
            let report = try await audit(database, [table], configure: configure)
            #expect(try report.result("required:before").measure?.violations == 1)
            #expect(try report.result("required:before").rows == ["id 2"])
            #expect(try report.result("in-range:after").measure?.violations == 1)
            #expect(report.trouble == nil)
            if report.errored.isEmpty {
                #expect(report.exitCode(failOn: nil) == 0)
            } else {
                #expect(report.exitCode(failOn: nil) == 2)
            }
            return Array(report.results.dropFirst().dropLast())
        }
    }

    private func expect(
        _ result: CheckResult?, erroredWith text: String,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) {
        #expect(result?.outcome == .errored, sourceLocation: sourceLocation)
        #expect(result?.measure == nil, sourceLocation: sourceLocation)
        #expect(
            result?.trouble?.contains(text) == true, "\(result?.trouble ?? "")",
            sourceLocation: sourceLocation)
    }

    @Test func `an invalid regular expression is errored alone`() async throws {
        let results = try await results(Matches("name", "(["), Matches("name", "^A").named("fine"))
        expect(results.first, erroredWith: "invalid regular expression")
        #expect(results.last?.outcome == .passed)
    }

    @Test func `a bound of another type is errored alone`() async throws {
        let results = try await results(
            InRange("founded", from: "yesterday"), InRange("day", 1...5),
            InRange("tags", 1...5))
        expect(results[0], erroredWith: "invalid input syntax for type integer")
        expect(results[1], erroredWith: "invalid input syntax for type date")
        expect(results[2], erroredWith: "malformed array literal")
    }

    @Test func `a list is matched by its text`() async throws {
        let results = try await results(Matches("tags", "^[{]1"))
        #expect(results.map(\.measure?.violations) == [1])
    }

    @Test func `broken SQL of the author's is errored alone`() async throws {
        let results = try await results(
            NoRows("typos") { "SELEC id FROM companies" },
            NoRows("divisions") { "SELECT id FROM companies WHERE 1 / founded > 0" },
            NoRows("two statements") { "SELECT 1; SELECT 2" },
            NoRows("nothing") { "" },
            NoRows("injections") { "SELECT 1) AS x; SELECT count(*) FROM (SELECT 2" },
            Required("founded").where("founded >").named("half"),
            Implies("1 / founded > 0", then: "true"),
            Unique(by: "founded").where("1 / founded > 0"),
            References("founded", in: "companies.id").where("1 / founded > 0"))
        expect(results[0], erroredWith: "syntax error at or near \"SELEC\"")
        expect(results[1], erroredWith: "division by zero (SQLSTATE 22012)")
        for result in results[2...4] { expect(result, erroredWith: "") }
        expect(results[5], erroredWith: "syntax error")
        for result in results[6...8] { expect(result, erroredWith: "division by zero") }
    }

    @Test func `one broken reference leaves the others`() async throws {
        let results = try await results(
            References("founded", in: "companies.name").named("text"),
            References("founded", in: "companies.id"))
        expect(results[0], erroredWith: "operator does not exist")
        #expect(results[1].measure == Measure(violations: 2, scope: 2))
    }

    @Test func `a query that writes is errored, and nothing is written`() async throws {
        let results = try await results(
            NoRows("visits") { "SELECT nextval('visits')" },
            NoRows("deletions") {
                "WITH gone AS (DELETE FROM companies RETURNING id) SELECT id FROM gone"
            },
            NoRows("drops") { "DROP TABLE companies" })
        expect(results[0], erroredWith: "read-only transaction")
        expect(results[1], erroredWith: "data-modifying")
        expect(results[2], erroredWith: "syntax error")
    }

    @Test func `a query may end in a comment or a semicolon`() async throws {
        let results = try await results(
            NoRows("comments") { "SELECT id FROM companies WHERE id = 1 -- the first" },
            NoRows("semicolons") { "SELECT id FROM companies WHERE id = 1;" },
            Required("name").where("id = 2 -- the second").named("scoped"))
        #expect(results.map(\.measure?.violations) == [1, 1, 1])
        #expect(results.map(\.rows) == [["id 1"], ["id 1"], ["id 2"]])
    }

    @Test func `equal values may be of several types in one statement`() async throws {
        let results = try await results(
            InRange("founded", 1...5).where(.equals("id", "1")),
            Length("name", 1...5).where("name = \("1") OR founded > \(1)"),
            InRange("day", from: "2026-01-01").where("name <> \("2026-01-01")"),
            NoRows("both") { "SELECT id FROM companies WHERE id = \(1) AND name <> \("1")" })
        #expect(results.map(\.trouble) == [nil, nil, nil, nil])
        #expect(results.map(\.measure?.violations) == [1, 0, 0, 1])
    }

    @Test func `a statement beyond its deadline names the option`() async throws {
        let results = try await results(NoRows("naps") { "SELECT pg_sleep(600)" }) {
            $0.deadline = .seconds(1)
        }
        expect(results.first, erroredWith: "--deadline")
        #expect(results.first?.trouble?.hasPrefix("it did not finish within 1 second;") == true)
    }

    @Test func `a deadline of less than a second is one`() async throws {
        let results = try await results(NoRows("naps") { "SELECT pg_sleep(600)" }) {
            $0.deadline = .milliseconds(500)
        }
        expect(results.first, erroredWith: "--deadline")
    }

    @Test func `a statement above the cost is not run`() async throws {
        let results = try await results(
            NoRows("pairs") {
                "SELECT a FROM generate_series(1, \(1_000_000)) a, generate_series(1, 1000000) b"
            },
            Unique(by: "name"), References("founded", in: "companies.id"),
            OneOf("name", "Acme")
        ) { $0.maxCost = 100_000 }
        expect(results[0], erroredWith: "above --max-cost 100000")
        #expect(results.dropFirst().map(\.outcome) == [.passed, .failed, .passed])
    }

    @Test func `a materialized view without rows is errored`() async throws {
        try await withScratchDatabase(
            setUp: Self.fixture + "CREATE MATERIALIZED VIEW recent AS TABLE companies WITH NO DATA"
        ) { database in
            let report = try await audit(
                database,
                [Table("recent") { RowCount(0...) }, Table("companies") { RowCount(2...) }]
            )
            expect(report.results.first, erroredWith: "has not been populated")
            #expect(report.results.last?.outcome == .passed)
        }
    }

    @Test func `a key without an order or an equality leaves the other checks`() async throws {
        let setUp = """
            CREATE TABLE points (at point, doc json, name text);
            INSERT INTO points VALUES ('(1,2)', '{}', NULL), ('(1,3)', '{}', NULL);
            """
        try await withScratchDatabase(setUp: setUp) { database in
            for key in ["at", "doc"] {
                let report = try await audit(
                    database, [Table("points", key: key) { Required("name") }])
                expect(try report.result("key"), erroredWith: "could not identify")
                #expect(try report.result("required:name").measure?.violations == 2)
            }
        }
    }

    @Test
    func `a value that is too large to be computed with is said to be, and a domain cannot be`()
        async throws
    {
        let setUp = """
            CREATE TABLE companies (id int PRIMARY KEY, name text, domain text);
            INSERT INTO companies VALUES (1, repeat('n', 270000000), repeat('d', 270000000));
            """
        try await withScratchDatabase(setUp: setUp) { database in
            let table = Table("companies", key: "id") {
                Matches("name", "^[a-m]")
                Normalized("domain", as: .domain)
            }
            let report = try await audit(database, [table])
            let trouble = try #require(try report.result("matches:name").trouble)
            #expect(trouble.contains("too large for the server to compute with"), "\(trouble)")
            #expect(try report.result("normalized:domain").measure?.violations == 1)
        }
    }
}
