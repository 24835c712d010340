import Assay
import AssayTesting
import Auditor
import Testing

/// Each kind on six companies or their customers.
@Suite(.timeLimit(.minutes(15))) struct KindTests {
    /// What every test here looks at.
    static let fixture = """
        CREATE SCHEMA core;
        CREATE TABLE core.companies (
            id int PRIMARY KEY, name text, domain text, founded int, source text, parent int,
            is_customer boolean, created_at timestamptz);
        INSERT INTO core.companies VALUES
            (1, 'Acme', 'acme.com', 1999, 'manual', NULL, true, '2027-01-14 20:00Z'),
            (2, NULL, 'https://www.Beta.io/', 20, 'claygent', 1, true, '2027-01-15 06:00Z'),
            (3, U&'\\00a0 ', 'bit.ly', 2999, 'Manual', 9, false, '2027-01-10 00:00Z'),
            (4, 'ACME ', 'acme.com', NULL, NULL, 4, NULL, NULL),
            (5, 'Gamma', NULL, 2001, 'claygent', NULL, true, '2026-12-24 00:00Z'),
            (6, 'Delta', 'acme.com', 2020, '', 7, true, '2027-01-01 00:00Z');
        """

    private func result(
        _ check: any Check, configure: @Sendable (inout AuditOptions) -> Void = { _ in }
    ) async throws -> CheckResult {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let table = Table("core.companies", key: "id") { check }
            let report = try await audit(database, [table], configure: configure)
            #expect(report.rows == [TableName("core.companies"): 6])
            #expect(report.trouble == nil)
            return try #require(report.results.first)
        }
    }

    @Test func `required counts nulls and blanks apart`() async throws {
        let result = try await result(Required("name"))
        #expect(result.outcome == .failed)
        #expect(
            result.measure
                == Measure(violations: 2, scope: 6, parts: [.init("null", 1), .init("blank", 1)]))
        #expect(result.rows == ["id 2", "id 3"])
        #expect(result.headline == "name is missing in 2 rows of core.companies")
    }

    @Test func `required takes blank text for a value where told so`() async throws {
        let result = try await result(Required("name", blank: .accepted))
        #expect(result.measure == Measure(violations: 1, scope: 6, parts: [.init("null", 1)]))
        #expect(result.rows == ["id 2"])
    }

    @Test func `normalized finds every other spelling`() async throws {
        let result = try await result(Normalized("domain", as: .domain))
        #expect(result.outcome == .failed)
        #expect(result.measure == Measure(violations: 1, scope: 5, parts: [.init("dirty", 1)]))
        #expect(result.rows == ["id 2"])
    }

    @Test func `unique counts all rows of a group`() async throws {
        let result = try await result(Unique(by: "domain"))
        #expect(result.outcome == .failed)
        #expect(result.measure == Measure(violations: 3, scope: 5, groups: 1))
        #expect(result.rows == ["id 1, 6 and 1 more"])
    }

    @Test func `unique by a normal form finds what differs in spelling`() async throws {
        let result = try await result(Unique(by: .normalized("name", as: .name), "domain"))
        #expect(result.measure == Measure(violations: 2, scope: 4, groups: 1))
        #expect(result.rows == ["id 1, 4"])
    }

    @Test func `references finds what leads nowhere`() async throws {
        let result = try await result(References("parent", in: "core.companies.id"))
        #expect(result.outcome == .failed)
        #expect(result.measure == Measure(violations: 2, scope: 4))
        #expect(result.rows == ["id 3", "id 6"])
    }

    @Test func `one of a list minds the case`() async throws {
        let result = try await result(OneOf("source", "manual", "claygent"))
        #expect(result.measure == Measure(violations: 2, scope: 5, parts: [.init("unknown", 2)]))
        #expect(result.rows == ["id 3", "id 6"])
    }

    @Test func `one of a table's column looks there`() async throws {
        let result = try await result(OneOf("parent", in: "core.companies.founded"))
        #expect(result.measure == Measure(violations: 4, scope: 4))
        #expect(result.rows == ["id 2", "id 3", "id 4", "id 6"])
    }

    @Test func `matches takes a regular expression`() async throws {
        let result = try await result(Matches("domain", "^[a-z]+[.]com$"))
        #expect(result.measure == Measure(violations: 2, scope: 5, parts: [.init("misshapen", 2)]))
        #expect(result.rows == ["id 2", "id 3"])
    }

    @Test func `matches takes LIKE patterns, one of which must fit`() async throws {
        let result = try await result(Matches("domain", like: "%.com", "bit._y"))
        #expect(result.measure == Measure(violations: 1, scope: 5, parts: [.init("misshapen", 1)]))
        #expect(result.rows == ["id 2"])
    }

    @Test func `in range counts too low and too high apart`() async throws {
        let result = try await result(InRange("founded", 1200...2100))
        #expect(
            result.measure
                == Measure(
                    violations: 2, scope: 5, parts: [.init("too low", 1), .init("too high", 1)]))
        #expect(result.rows == ["id 2", "id 3"])
    }

    @Test func `in range takes dates as PostgreSQL writes them`() async throws {
        let result = try await result(InRange("created_at", from: "2027-01-01 00:00Z"))
        #expect(result.measure == Measure(violations: 1, scope: 5, parts: [.init("too low", 1)]))
        #expect(result.rows == ["id 5"])
    }

    @Test func `length counts characters`() async throws {
        let result = try await result(Length("name", 3...4))
        #expect(
            result.measure
                == Measure(
                    violations: 4, scope: 5, parts: [.init("too short", 1), .init("too long", 3)]))
        #expect(result.rows == ["id 3", "id 4", "id 5", "id 6"])
    }

    @Test func `shared hosts are no company's domain`() async throws {
        let result = try await result(SharedHost("domain"))
        #expect(result.measure == Measure(violations: 1, scope: 5, parts: [.init("shared", 1)]))
        #expect(result.rows == ["id 3"])
    }

    @Test func `a poisoned domain stands on many names`() async throws {
        let result = try await result(PoisonedDomain("domain", names: "name", upTo: 1))
        #expect(result.measure == Measure(violations: 3, scope: 4, groups: 1))
        #expect(result.rows == ["id 1, 6 and 1 more"])
        let plausible = try await self.result(PoisonedDomain("domain", names: "name", upTo: 2))
        #expect(plausible.outcome == .passed)
    }

    @Test func `fresh compares the newest row with the time of the run`() async throws {
        // The run takes place at 2027-01-15 08:00 UTC.
        let stale = try await result(Fresh("created_at", within: .minutes(119)))
        #expect(stale.outcome == .failed)
        #expect(
            stale.measure?.observed
                == "the newest created_at is 2 hours old; at most 119 minutes allowed")
        let fresh = try await result(Fresh("created_at", within: .hours(2)))
        #expect(fresh.outcome == .passed)
        let others = try await result(
            Fresh("created_at", within: .hours(2)).where(.equals("source", "manual")))
        #expect(others.outcome == .failed)
    }

    @Test func `row count holds the table against bounds`() async throws {
        let short = try await result(RowCount(7...))
        #expect(short.outcome == .failed)
        #expect(
            short.measure
                == Measure(violations: 1, scope: 1, observed: "6 rows; expected at least 7 rows"))
        #expect(try await result(RowCount(6...6)).outcome == .passed)
        #expect(try await result(RowCount(1...5)).outcome == .failed)
        #expect(try await result(RowCount(1...5).where(.present("domain"))).outcome == .passed)
    }

    @Test func `implies looks at rows where the premise holds`() async throws {
        let result = try await result(Implies(.isTrue("is_customer"), then: .present("domain")))
        #expect(
            result.measure == Measure(violations: 1, scope: 4, parts: [.init("contradicting", 1)]))
        #expect(result.rows == ["id 5"])
    }

    @Test func `no rows names what the author's query returns`() async throws {
        let year = 1900
        let result = try await result(
            NoRows("companies of another age") {
                "SELECT id, name FROM core.companies WHERE founded < \(year)"
            })
        #expect(result.outcome == .failed)
        #expect(result.measure == Measure(violations: 1, scope: 6))
        #expect(result.samples == [Sample(keys: [[Field("id", "2")]])])
        #expect(result.headline == "1 companies of another age (core.companies)")
    }

    @Test func `resolvable prepares a statement and does not run it`() async throws {
        let result = try await result(
            Resolvable("the purge") { "DELETE FROM core.companies WHERE id = $1" })
        #expect(result.outcome == .passed)
        #expect(result.measure == Measure(violations: 0, scope: 1, observed: "understood"))
    }

    @Test func `resolvable names what is gone and what is near`() async throws {
        let result = try await result(
            Resolvable("the lookup") { "SELECT domian FROM core.companies WHERE id = $1" })
        #expect(result.outcome == .failed)
        #expect(
            result.measure?.observed
                == "column \"domian\" does not exist; did you mean domain?")
        #expect(result.headline == "the lookup no longer fits the catalog")
    }

    @Test func `values are shown where they are asked for`() async throws {
        let result = try await result(InRange("founded", 1200...2100)) { $0.showsValues = true }
        #expect(
            result.samples == [
                Sample(keys: [[Field("id", "2")]], values: [Field("founded", "20")]),
                Sample(keys: [[Field("id", "3")]], values: [Field("founded", "2999")]),
            ])
    }
}
