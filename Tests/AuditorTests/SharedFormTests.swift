import Assay
import AssayTesting
import Auditor
import Postgres
import Testing

/// A grouping by forms of columns also counts the values that do not stand in them.
@Suite(.timeLimit(.minutes(15))) struct SharedFormTests {
    /// Domains in every relation to their partner: clean, dirty, without a form, null.
    private static let fixture = """
        CREATE TABLE pairs (id int PRIMARY KEY, a text, b text, assay_test_0 int, extra json);
        INSERT INTO pairs SELECT x * 10 + y, (ARRAY['a.com', 'https://www.a.com/', 'nothing', NULL, 'b.org'])[x],
            (ARRAY['c.com', 'C.com', '', NULL])[y], x * 10 + y, '{}'
        FROM generate_series(1, 5) x, generate_series(1, 4) y;
        """

    private static let forms: [any Check] = [
        Normalized("a", as: .domain), Normalized("b", as: .domain),
        Normalized("b", as: .lowercase).named("lower"),
        Normalized("b", as: .domain).named("some").where("id < 30"),
    ]

    private static func unique(_ name: String, _ others: Unique.Key...) -> Unique {
        Unique(
            by: [.normalized("a", as: .domain), .normalized("b", as: .domain)] + others
        ).named(name)
    }

    private func measures(
        _ checks: [any Check]
    ) async throws -> (measures: [Measure], samples: [[String]], report: AuditReport) {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let table = Table(
                TableName("pairs"), key: ["id"], source: SourceLocation(file: #filePath, line: 1),
                checks: checks)
            let report = try await audit(database, [table]) { $0.samples = 9 }
            let own = report.results.prefix(Self.forms.count)
            return (own.compactMap(\.measure), own.map(\.rows), report)
        }
    }

    @Test func `what is counted on the way is what is counted alone`() async throws {
        let alone = try await measures(Self.forms)
        #expect(alone.measures.map(\.violations) == [8, 10, 10, 4])
        #expect(alone.measures.map(\.scope) == [16, 15, 15, 6])
        let shared = try await measures(Self.forms + [Self.unique("pair")])
        #expect(shared.measures == alone.measures)
        #expect(shared.samples == alone.samples)
        let pair = try shared.report.result("unique:pair")
        #expect(pair.measure == Measure(violations: 6, scope: 12, groups: 2))
        #expect(pair.rows == ["id 11, 22 and 2 more", "id 51, 52"])
    }

    @Test func `no group is found where none is, and values are counted all the same`() async throws
    {
        let alone = try await measures(Self.forms)
        let shared = try await measures(Self.forms + [Self.unique("pair", "assay_test_0")])
        #expect(shared.measures == alone.measures)
        let pair = try shared.report.result("unique:pair")
        #expect(pair.measure == Measure(violations: 0, scope: 12, groups: 0))
        #expect(pair.outcome == .passed)
    }

    @Test func `two groupings by one form count it once`() async throws {
        let alone = try await measures(Self.forms)
        let shared = try await measures(
            Self.forms + [Self.unique("first"), Self.unique("second", "assay_test_0")])
        #expect(shared.measures == alone.measures)
    }

    @Test func `a grouping that fails leaves the values to be counted alone`() async throws {
        let alone = try await measures(Self.forms)
        // A value of type json equals nothing.
        let shared = try await measures(Self.forms + [Self.unique("pair", "extra")])
        #expect(shared.measures == alone.measures)
        #expect(shared.samples == alone.samples)
        #expect(try shared.report.result("unique:pair").outcome == .errored)
    }
}
