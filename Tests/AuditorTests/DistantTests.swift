import Assay
import AssayTesting
import Auditor
import Postgres
import Testing

/// A table, and one of another database that says the same, or does not.
@Suite(.timeLimit(.minutes(15))) struct DistantTests {
    private static let here = """
        CREATE SCHEMA core;
        CREATE TABLE core.invoices (
            id int PRIMARY KEY, number text, amount int, paid timestamptz, note text);
        INSERT INTO core.invoices
        SELECT n, 'N' || n, n * 10, timestamptz '2026-01-01 12:00+02' + n * interval '1 hour',
            CASE WHEN n % 3 > 0 THEN 'note ' || n END
        FROM generate_series(1, 5000) AS n;
        """

    /// The same by other types, as another program would keep it.
    private static let there = """
        CREATE TABLE invoices (number varchar(20), amount numeric(12, 2), paid timestamp, note text);
        INSERT INTO invoices
        SELECT 'N' || n, n * 10, timestamp '2026-01-01 10:00' + n * interval '1 hour',
            CASE WHEN n % 3 > 0 THEN 'note ' || n END
        FROM generate_series(5000, 1, -1) AS n;
        """

    private static let rows = Agrees(
        with: "public.invoices", of: "billing", on: "number", comparing: "amount", "paid", "note")

    private func result(
        _ check: any Check, there: String = "", sensitive: [String] = [],
        configure: @escaping @Sendable (inout AuditOptions) -> Void = { _ in }
    ) async throws -> CheckResult {
        try await withScratchDatabase(setUp: Self.here) { database in
            try await withScratchDatabase(setUp: Self.there + there) { other in
                var table = Table("core.invoices", key: "id") { check }
                for column in sensitive { table = table.sensitive(column) }
                let report = try await audit(database, [table]) { options in
                    options.others = ["billing": other.target]
                    configure(&options)
                }
                return try #require(report.results.first)
            }
        }
    }

    @Test func `what is the same by other types agrees`() async throws {
        let result = try await result(Self.rows)
        #expect(result.outcome == .passed, "\(result.trouble ?? "")")
        #expect(result.id == "core.invoices/agrees:billing+public.invoices")
        #expect(result.measure?.sentence == "0 of 5,000 rows (0.00 %)")
    }

    @Test func `rows that differ are counted by how they differ, and shown by their key`()
        async throws
    {
        let result = try await result(
            Self.rows,
            there: """
                DELETE FROM invoices WHERE number IN ('N7', 'N4999');
                INSERT INTO invoices VALUES ('X1', 1, NULL, NULL);
                UPDATE invoices SET amount = amount + 0.01 WHERE number = 'N12';
                UPDATE invoices SET note = '' WHERE number = 'N3';
                """)
        #expect(result.outcome == .failed)
        #expect(
            result.measure?.sentence
                == "5 of 5,000 rows (0.10 %): 2 missing there, 1 missing here, 2 with other values")
        #expect(
            result.rows.sorted()
                == ["number N12", "number N3", "number N4999", "number N7", "number X1"])
        #expect(
            result.headline
                == "5 rows of core.invoices and public.invoices of billing do not agree")
    }

    @Test func `a table of which all differs is read to its end`() async throws {
        let result = try await result(
            Self.rows, there: "UPDATE invoices SET number = 'x' || number WHERE number <> 'N1'")
        #expect(
            result.measure?.parts == [
                .init("missing there", 4_999), .init("missing here", 4_999),
                .init("with other values", 0),
            ])
        #expect(result.samples.count == 5)
    }

    @Test func `rows of one key are paired one by one`() async throws {
        let result = try await result(
            Agrees(with: "public.invoices", of: "billing", on: "number", comparing: "amount"),
            there: """
                INSERT INTO invoices SELECT 'N5', amount FROM invoices WHERE number IN ('N5', 'N6');
                UPDATE invoices SET number = NULL WHERE number IN ('N8', 'N9');
                """)
        #expect(
            result.measure?.parts == [
                .init("missing there", 2), .init("missing here", 4), .init("with other values", 0),
            ])
    }

    @Test func `how a database writes values makes no difference`() async throws {
        let result = try await withScratchDatabase(
            setUp: """
                CREATE TABLE v (id int, f float8, b bytea, t timestamptz, i interval, n numeric);
                INSERT INTO v VALUES (1, 0.1::float8 + 0.2, '\\x00ff', '2026-06-01 12:00+00', '1 day', 2),
                    (2, 'NaN', '', 'infinity', '-3 hours', 'NaN'), (3, 1e20, 'a', NULL, '1 year', 1.50);
                """
        ) { database in
            try await withScratchDatabase(
                setUp: """
                    CREATE TABLE v (id bigint, f numeric, b bytea, t timestamptz, i interval, n float4);
                    INSERT INTO v VALUES (1, 0.30000000000000004, '\\x00ff', '2026-06-01 14:00+02', '1 day', 2),
                        (2, 'NaN', '', 'infinity', '-3 hours', 'NaN'), (3, 1e20, 'a', NULL, '1 year', 1.5);
                    """
            ) { other in
                try await other.script(
                    """
                    DO $$ BEGIN
                        EXECUTE format('ALTER DATABASE %I SET bytea_output = escape', current_database());
                        EXECUTE format('ALTER DATABASE %I SET extra_float_digits = 0', current_database());
                        EXECUTE format('ALTER DATABASE %I SET timezone = %L', current_database(), 'Asia/Tokyo');
                    END $$
                    """)
                let table = Table("v", key: "id") {
                    Agrees(
                        with: "v", of: "other", on: "id", comparing: "f", "b", "t", "i", "n")
                }
                let report = try await audit(database, [table]) {
                    $0.others = ["other": other.target]
                }
                return try #require(report.results.last)
            }
        }
        #expect(result.outcome == .passed, "\(result.trouble ?? "")")
        #expect(result.measure?.parts.map(\.count) == [0, 0, 0])
    }

    @Test func `a scope holds for both tables`() async throws {
        let there = "DELETE FROM invoices WHERE amount > 100"
        let some = try await result(Self.rows.where("amount <= 100"), there: there)
        #expect(some.outcome == .passed && some.measure?.scope == 10)
        let all = try await result(Self.rows.where("amount > 99"), there: there)
        #expect(all.measure?.violations == 4_990)
    }

    @Test func `totals are compared as numbers`() async throws {
        let totals = Agrees(
            with: "public.invoices", of: "billing", in: .count, .sum("amount"))
        let same = try await result(totals)
        #expect(same.measure?.observed == "count 5000 in both; sum of amount 125025000 in both")
        let other = try await result(totals, there: "DELETE FROM invoices WHERE number = 'N1'")
        #expect(
            other.measure
                == Measure(
                    violations: 2, scope: 2,
                    observed: """
                        count 5000 here and 4999 in public.invoices of billing; sum of amount \
                        125025000 here and 125024990 in public.invoices of billing
                        """))
    }

    @Test func `a sensitive key is shown by its digest`() async throws {
        let result = try await result(
            Self.rows, there: "DELETE FROM invoices WHERE number = 'N7'", sensitive: ["number"])
        #expect(result.rows.count == 1)
        #expect(result.rows.first?.hasPrefix("number #") == true)
    }

    @Test func `another database that is not named, not there or not as thought is told`()
        async throws
    {
        func trouble(
            _ check: Agrees,
            _ configure: @escaping @Sendable (inout AuditOptions) -> Void = { _ in }
        ) async throws -> String {
            let result = try await result(check, configure: configure)
            #expect(result.outcome == .errored)
            return result.trouble ?? ""
        }
        #expect(
            try await trouble(Self.rows) { $0.others = [:] }
                == "in the database billing: where it is was not said: give --other-database "
                + "billing=CONNINFO or set ASSAY_DATABASE_URL_BILLING")
        let nowhere = try await trouble(Self.rows) { options in
            options.others["billing"] = options.others["billing"]?.with("host", "/nowhere")
                .with("password", "c4nary")
        }
        #expect(nowhere.hasPrefix("in the database billing: ") && !nowhere.contains("c4nary"))
        #expect(
            try await trouble(Agrees(with: "public.invoice", of: "billing", on: "number"))
                == "in the database billing: there is no table public.invoice; did you mean "
                + "public.invoices?")
        #expect(
            try await trouble(
                Agrees(with: "public.invoices", of: "billing", on: "number", comparing: "id")
            )
            .hasPrefix("in the database billing: public.invoices has no column id"))
        let sum = Agrees(with: "public.invoices", of: "billing", in: .sum("id"))
        #expect(try await trouble(sum).contains("column \"id\" does not exist"))
    }

    @Test func `one check that cannot be told takes no other with it`() async throws {
        try await withScratchDatabase(setUp: Self.here) { database in
            let table = Table("core.invoices", key: "id") {
                Self.rows
                Required("number")
            }
            let report = try await audit(database, [table])
            #expect(
                report.outcomes == [
                    "agrees:billing+public.invoices": .errored, "required:number": .passed,
                ])
        }
    }

    @Test(arguments: ["host=db password=x", "postgresql://db/x", "", "a b"])
    func `a database is called by a name, never by where it is`(name: String) throws {
        let refusal = try #require(throws: Refusal.self) {
            try Suite(
                name: "tests",
                tables: [
                    Table("core.invoices") {
                        Agrees(with: "public.invoices", of: name, on: "number")
                    }
                ], root: "")
        }
        #expect(refusal.description.contains("calls a database by what is no plain name"))
    }
}
