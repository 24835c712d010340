import Assay
import AssayTesting
import Auditor
import Testing

/// Tables whose rows and nulls are held against recorded runs.
@Suite(.timeLimit(.minutes(15))) struct SteadyTests {
    private static let fixture = """
        CREATE SCHEMA core;
        CREATE TABLE core.companies (id int PRIMARY KEY, name text, country text);
        INSERT INTO core.companies
        SELECT n, CASE WHEN n > 5 THEN 'x' END, CASE WHEN n % 2 = 0 THEN 'DE' ELSE 'US' END
        FROM generate_series(1, 100) AS n;
        """

    private static let table = Table("core.companies", key: "id") {
        Steady(.rowCount)
        Steady(.rowCount).where(.equals("country", "DE")).named("de")
        Steady(nullShareOf: "name", "id")
        Required("country")
    }

    private func past(_ value: Double) -> Past {
        Past((1...20).map { .init(time: 1_800_000_000 - Double($0) * 86_400, value: value) })
    }

    private func report(_ past: [String: Past]?) async throws -> AuditReport {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            try await audit(database, [Self.table]) { $0.past = past }
        }
    }

    @Test func `each value is held against its own past`() async throws {
        let report = try await report([
            "core.companies/steady:row-count": past(120), "core.companies/steady:de": past(50),
            "core.companies/steady:name": past(0),
        ])
        #expect(
            report.outcomes == [
                "steady:row-count": .failed, "steady:de": .passed, "steady:name": .failed,
                "steady:id": .passed, "required:country": .passed,
            ])
        let rows = try report.result("steady:row-count")
        #expect(rows.measure?.value == 100 && rows.measure?.expected == 119...121)
        #expect(rows.headline == "core.companies has unusually few rows")
        #expect(try report.result("steady:de").measure?.value == 50)
        #expect(try report.result("steady:name").measure?.value == 5)
        #expect(try report.result("steady:id").proof == "NOT NULL on id")
        #expect(report.exitCode(failOn: .error) == 1)
    }

    @Test func `an empty history is learned from, and is no failure`() async throws {
        let report = try await report([:])
        let rows = try report.result("steady:row-count")
        #expect(rows.outcome == .notApplicable && rows.isLearning)
        #expect(rows.measure?.observed == "100 rows; learning, 0 of 14 runs recorded")
        #expect(report.exitCode(failOn: .info) == 0)
    }

    @Test func `without a history nothing is evaluated, and the other checks are`() async throws {
        let report = try await report(nil)
        let rows = try report.result("steady:row-count")
        #expect(rows.outcome == .errored)
        #expect(
            rows.trouble
                == "there are no recorded runs to hold it against: record runs with --record, or name "
                + "the history with --history-database")
        #expect(try report.result("required:country").outcome == .passed)
        #expect(report.exitCode(failOn: nil) == 2)
    }
}
