import Assay
import AssayTesting
@testable import Auditor
import Postgres
@testable import Streams
import Testing

/// Bounds and shapes are judged on bytes as in SQL, whatever the values are.
@Suite(.timeLimit(.minutes(15))) struct BoundTests {
    /// A type, and values of it that are also bounds; those behind are read by the database alone.
    struct Values: CustomTestStringConvertible {
        let type: String
        let read: [String]
        let left: [String]

        var testDescription: String { type }

        var all: [String] { read + left }
    }

    static let types = [
        Values(
            type: "smallint", read: ["-32768", "32767", "0", "-0", "+7", "007", "-1"],
            left: [" 5 "]),
        Values(
            type: "integer", read: ["-2147483648", "2147483647", "0", "-1", "65536"], left: ["8 "]),
        Values(
            type: "bigint",
            read: ["-9223372036854775808", "9223372036854775807", "0", "-1", "4294967296"],
            left: [" 9"]),
        Values(
            type: "date",
            read: [
                "infinity", "-infinity", "0044-03-15 BC", "0001-12-31 BC", "0001-01-01",
                "2024-02-29",
                "2000-01-01", "1999-12-31", "4713-01-01 BC", "0005-02-29 BC", "9999-12-31",
                "1900-03-01",
                "2000-02-29", "0400-02-29",
            ],
            left: ["2024-3-1", "epoch", "20240301", "10000-01-01", "5874897-12-31", "Infinity"]),
        Values(
            type: "timestamp",
            read: [
                "infinity", "-infinity", "0044-03-15 BC", "4713-01-01 00:00 BC", "2024-02-29",
                "2024-02-29 12:00", "2024-02-29T23:59:59.999999", "1999-12-31 23:59:59.9",
                "2000-01-01 00:00:00.000001", "1969-12-31 23:59:59.5 BC",
            ],
            left: [
                "2024-02-29 24:00", "294276-12-31", "2024-02-29 12:00+02", "2024-02-29 10:00:60",
            ]),
        Values(
            type: "timestamptz",
            read: [
                "infinity", "-infinity", "0044-03-15 BC", "4713-01-01 00:00 BC", "2024-02-29",
                "2024-02-29 12:00", "2024-02-29T10:00:00Z", "2024-02-29 12:00+02",
                "2024-02-29 12:00-03:30",
                "2024-02-29 23:59:59.999999+14", "0044-03-15 12:00:00+01 BC",
            ],
            left: ["2024-02-29 12:00 Europe/Berlin", "2024-02-29 12:00+0230", "294276-12-31"]),
        Values(
            type: "real",
            read: [
                "0", "-0", "NaN", "Infinity", "-inf", "1e-45", "3.4028235e38", "0.1", "-0.1",
                "1E10",
                "16777217",
            ], left: [".5", "5.", "nan"]),
        Values(
            type: "double precision",
            read: [
                "0", "-0.0", "NaN", "inf", "-Infinity", "5e-324", "1.7976931348623157e308", "0.1",
                "0.30000000000000004", "1e+300", "9007199254740993",
            ], left: [".5", "+Infinity"]),
        Values(
            type: "numeric",
            read: [
                "0", "-0.00", "1.0", "1", "1.00", "-1", "10000", "9999.9999", "0.0001", "0.00001",
                "-0.00001",
                "123456789012345678901234567890.5", "1e300", "-1e-300", "12e3", "+0012000.10",
                "99999999",
                "100000000.0000000001",
            ], left: ["NaN", ".5", "1e1000"]),
    ]

    @Test(arguments: types)
    func `every value is compared with every bound as in SQL`(values: Values) async throws {
        for text in values.read {
            #expect(ValueBound(text, type: Self.base(values.type)) != nil, "\(text)")
        }
        for text in values.left {
            #expect(ValueBound(text, type: Self.base(values.type)) == nil, "\(text)")
        }
        var random = SeededGenerator(seed: 5)
        let more = Set((0..<60).map { _ in Self.value(of: values.type, using: &random) }).sorted()
        let rows =
            (values.all + more + ["Infinity", "-Infinity"].filter { _ in values.type == "numeric" })
            .map { "('\($0)'::\(values.type))" }.joined(separator: ", ")
        let setUp = """
            SET TimeZone = 'UTC';
            CREATE DOMAIN bounded AS \(values.type);
            CREATE TABLE rows AS SELECT row_number() OVER () AS id, v::\(values.type) AS v, v::bounded AS d
            FROM (VALUES \(rows), (NULL)) AS x (v);
            """
        var checks: [any Check] = [Required("v")]
        for text in values.all + more.prefix(25).filter({ !values.all.contains($0) }) {
            checks.append(InRange("v", from: text).named("from \(text)"))
            checks.append(InRange("d", through: text).named("through \(text)"))
        }
        try await withScratchDatabase(setUp: setUp) { [checks] database in
            try await Self.compare([EngineTests.table(checks)], in: database)
        }
    }

    private static func base(_ type: String) -> String {
        switch type {
        case "timestamp": "timestamp without time zone"
        case "timestamptz": "timestamp with time zone"
        default: type
        }
    }

    /// Any value of a type, in its own spelling.
    private static func value(of type: String, using random: inout SeededGenerator) -> String {
        func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        func digits(_ count: Int) -> String {
            (0..<count).map { _ in String(number(0...9)) }.joined()
        }
        func padded(_ range: ClosedRange<Int>, _ count: Int) -> String {
            let text = String(number(range))
            return String(repeating: "0", count: count - text.count) + text
        }
        switch type {
        case "smallint": return String(number(-32_768...32_767) >> number(0...12))
        case "integer": return String(number(-2_147_483_648...2_147_483_647) >> number(0...28))
        case "bigint": return String(number(Int.min...Int.max) >> number(0...60))
        case "numeric":
            let sign = ["", "-"][number(0...1)]
            let text =
                sign + digits(number(1...20)) + ["", "." + digits(number(1...20))][number(0...1)]
            return text + ["", "e\(number(-40...40))"][number(0...1)]
        case "real": return String(Float(bitPattern: UInt32(number(0...0x7f7f_ffff))))
        case "double precision":
            return String(Double(bitPattern: UInt64(number(0...0x7fef_ffff_ffff_ffff))))
        default:
            let day = "\(padded(1...9_999, 4))-\(padded(1...12, 2))-\(padded(1...28, 2))"
            let isBefore = number(0...2) == 0 && day < "4700"
            let suffix = isBefore ? " BC" : ""
            guard type != "date" else { return day + suffix }
            let time =
                "\(padded(0...23, 2)):\(padded(0...59, 2)):\(padded(0...59, 2)).\(digits(number(1...6)))"
            let zone =
                type == "timestamptz" ? ["", "Z", "-0\(number(0...9)):30"][number(0...2)] : ""
            return "\(day) \(time)\(zone)\(suffix)"
        }
    }

    @Test func `texts of any length and script match alike`() async throws {
        let setUp = """
            CREATE TABLE rows AS SELECT i AS id, t AS text, t::varchar AS chars, left(t, 40)::char(40) AS tight,
                i AS number FROM (VALUES
                (1, ''), (2, ' '), (3, NULL), (4, 'a'), (5, 'é'), (6, '😀'), (7, E'a\\n'), (8, E'\\n'), (9, E'a\\nb'),
                (10, 'A'), (11, 'ａ'), (12, E'e\\u0301'), (13, 'https://www.acme.com/é'), (14, 'x  '),
                (15, (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 300) i)),
                (16, (SELECT string_agg(md5(i::text), '😀') || 'z' FROM generate_series(1, 900) i)),
                (17, repeat('a', 60000)), (18, repeat(E'é\\n', 20000) || '1')
            ) AS v (i, t);
            ALTER TABLE rows ALTER text SET STORAGE EXTERNAL;
            """
        let regexes = [
            "^a$", "^.$", "^[^a]$", "[0-9a-f]{40}", "z$", "^(a|é)+$", "^https?://", "\n", #"\n$"#,
            "^$", "",
            "^[!-~]*$", "1$", "^[^\n]*$", "😀.*z$", #"\s"#, "[[:alpha:]]", "(?i)^a$",
            "(a|b)*a(a|b){40}", "^x *$",
        ]
        let checks = regexes.flatMap { regex -> [any Check] in
            ["text", "chars", "tight", "number"].map {
                Matches($0, regex).named("\($0) /\(regex)/")
            }
        }
        try await withScratchDatabase(setUp: setUp) { database in
            try await Self.compare(
                [EngineTests.table(checks)], in: database)
        }
    }

    @Test func `what a bound says of a table is asked of the database where it is in doubt`()
        async throws
    {
        let setUp =
            "CREATE TABLE rows AS SELECT i AS id, i::smallint AS v, 'x' AS t, now() AS at FROM generate_series(1, 9) i;"
        let checks: [any Check] = [
            InRange("v", from: "100000").named("wide"),
            InRange("v", through: "5.5").named("broken"),
            InRange("t", from: "a"), InRange("at", from: "2024-02-30").named("no day"),
            InRange("at", from: "yesterday", through: "tomorrow").named("now"),
        ]
        try await withScratchDatabase(setUp: setUp) { database in
            let reports = try await [Engine.push, .stream].asyncMap { engine in
                try await audit(database, [EngineTests.table(checks)]) { $0.engine = engine }
            }
            #expect(reports[0].results.map(\.measure) == reports[1].results.map(\.measure))
            #expect(reports[0].results.map(\.trouble) == reports[1].results.map(\.trouble))
            #expect(reports[0].errored.count == 3)
        }
    }

    /// Audits with both engines, and compares.
    private static func compare(
        _ tables: [Table], in database: ScratchDatabase
    ) async throws {
        let pushed = try await audit(database, tables) { $0.engine = .push }
        let streamed = try await audit(database, tables) { $0.engine = .stream }
        #expect(streamed.engineNotes.isEmpty)
        for (one, other) in zip(streamed.results, pushed.results) {
            #expect(one.trouble == nil, "\(one.id)")
            #expect(one.measure == other.measure, "\(one.id)")
            #expect(one.samples == other.samples, "\(one.id)")
        }
    }
}
