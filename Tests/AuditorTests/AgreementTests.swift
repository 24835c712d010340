import Assay
import AssayTesting
import Auditor
import Testing

/// Two tables that say the same, or do not.
@Suite(.timeLimit(.minutes(15))) struct AgreementTests {
    private static let fixture = """
        CREATE SCHEMA core;
        CREATE TABLE core.invoices (id int PRIMARY KEY, number text, amount int, note text);
        CREATE TABLE core.copies (number varchar(20), amount numeric(10, 2), note text);
        INSERT INTO core.invoices VALUES
            (1, 'A', 10, NULL), (2, 'B', 20, 'x'), (3, 'C', 30, 'y'), (4, NULL, 5, NULL);
        INSERT INTO core.copies VALUES
            ('A', 10, NULL), ('B', 20, NULL), ('C', 31, 'y'), ('D', 4, NULL);
        """

    private func result(
        _ check: any Check, configure: @Sendable (inout AuditOptions) -> Void = { _ in }
    ) async throws -> CheckResult {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let table = Table("core.invoices", key: "id") { check }
            let report = try await audit(database, [table], configure: configure)
            return try #require(report.results.first)
        }
    }

    @Test func `rows without a like in the other table are shown by their key`() async throws {
        let result = try await result(Agrees(with: "core.copies", on: "number"))
        #expect(result.outcome == .failed)
        #expect(result.measure == Measure(violations: 2, scope: 4))
        #expect(result.rows == ["number D", "number null"])
    }

    @Test func `pairs with other values are found, and null is a value`() async throws {
        let result = try await result(
            Agrees(with: "core.copies", on: "number", comparing: "amount", "note"))
        #expect(result.measure?.violations == 4)
        #expect(result.rows == ["number B", "number C", "number D", "number null"])
        #expect(result.headline == "4 rows of core.invoices and core.copies do not agree")
    }

    @Test func `a scope holds for both tables`() async throws {
        let check = Agrees(with: "core.copies", on: "number", comparing: "amount")
        let alike = try await result(check.where(.isOneOf("number", ["A", "B"])))
        #expect(alike.outcome == .passed)
        let other = try await result(check.where(.isOneOf("number", ["C", "D"])))
        #expect(other.rows == ["number C", "number D"])
    }

    @Test func `totals are compared as numbers`() async throws {
        let totals = Agrees(with: "core.copies", in: .count, .sum("amount"))
        let result = try await result(totals)
        #expect(result.outcome == .passed)
        #expect(result.measure?.observed == "count 4 in both; sum of amount 65 in both")
        let some = try await self.result(totals.where("note IS NULL"))
        #expect(some.outcome == .failed)
        #expect(
            some.measure
                == Measure(
                    violations: 2, scope: 2,
                    observed: """
                        count 2 here and 3 in core.copies; sum of amount 15 here and 34 in core.copies
                        """))
    }

    @Test func `columns that cannot be compared are told, and no value with them`() async throws {
        let result = try await result(Agrees(with: "core.copies", on: "number", comparing: "note"))
        #expect(result.outcome == .failed)
        let broken = try await withScratchDatabase(
            setUp: Self.fixture + "ALTER TABLE core.copies ALTER note TYPE bytea USING NULL"
        ) { database in
            let table = Table("core.invoices", key: "id") {
                Agrees(with: "core.copies", on: "number", comparing: "note")
            }
            return try await audit(database, [table]).results.first
        }
        #expect(broken?.outcome == .errored)
        #expect(broken?.trouble?.contains("operator does not exist") == true)
    }
}
