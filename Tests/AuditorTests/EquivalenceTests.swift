import Assay
import AssayTesting
import Auditor
import Postgres
import Testing

/// A kind says in SQL of stored rows what it says in Swift of rows that are not stored yet.
@Suite(.timeLimit(.minutes(15))) struct EquivalenceTests {
    /// Every kind with a Swift evaluation, in the shapes that differ.
    private static let checks: [any Check] = [
        Required("t"), Required("t", blank: .accepted).named("null only"), Required("i"),
        Required("b"), Required("v").where(.isTrue("b")),
        Normalized("t", as: .domain).named("domain"), Normalized("t", as: .url).named("url"),
        Normalized("t", as: .email).named("email"), Normalized("t", as: .name).named("name"),
        Normalized("t", as: .lowercase).named("lowercase"),
        Normalized("t", as: .trimmed).named("trimmed"), Normalized("v", as: .trimmed),
        OneOf("t", "acme", "NULL", "a\"b", #"a\b"#, "", "a,b", "{}"), OneOf("i", "1", "2", "-7"),
        OneOf("b", "true"), OneOf("v", "Acme", "acme"),
        Matches("t", like: "%a%", #"100\%"#).named("like"),
        Matches("t", like: "_").named("one"), Matches("v", like: "acme%", "% "),
        Matches("i", like: "-%", "1%"),
        InRange("i", -3...3), InRange("f", 0.5...100), InRange("i", 2...).named("from"),
        InRange("f", ...2).named("through"), InRange("f", -1e300...1e300).named("wide"),
        Length("t", 2...5), Length("t", ...3).named("short"), Length("v", 1...1),
        SharedHost("t"), SharedHost("v"),
        Implies(.isTrue("b"), then: .present("t")),
        Implies(.present("t"), then: .any([.isNull("i"), .equals("b", "true")])),
        Implies(.not(.isFalse("b")), then: .isOneOf("t", ["acme", "a\"b", ""])).named("not"),
        Implies(.all([.isNull("v"), .isTrue("b")]), then: .isNull("t")).named("all"),
        Required("t").where(.equals("i", "1")).named("where equals"),
        Length("v", 2...4).where(.isOneOf("t", ["acme", ""])).named("where one of"),
        OneOf("t", "acme").where(.any([.isTrue("b"), .isNull("i")])).named("where any"),
    ]

    @Test(arguments: [3, 77, 4_242] as [UInt64])
    func `generated rows are judged alike in SQL and in Swift`(seed: UInt64) async throws {
        var generator = RowGenerator(seed: seed)
        let rows = (0..<600).map { _ in generator.next() }
        let setUp = """
            CREATE TABLE rows (id int PRIMARY KEY, t text, v varchar(500), i int, \
            f double precision, b boolean);
            """
        try await withScratchDatabase(setUp: setUp) { database in
            try await store(rows, in: database)
            let table = Table(
                TableName("rows"), key: ["id"], source: SourceLocation(file: #filePath, line: 1),
                checks: Self.checks)
            let report = try await audit(database, [table]) { $0.engine = .push }
            let streamed = try await audit(database, [table]) { $0.engine = .stream }
            #expect(streamed.engineNotes.isEmpty)
            #expect(streamed.results.map(\.measure) == report.results.map(\.measure))
            #expect(streamed.results.map(\.rows) == report.results.map(\.rows))
            try #require(report.results.count == Self.checks.count)
            for (check, result) in zip(Self.checks, report.results) {
                let answers = rows.map(check.evaluate)
                let measure = try #require(result.measure, "\(result.id): \(result.trouble ?? "")")
                #expect(!answers.contains(.notEvaluable), "\(result.id)")
                let violated = answers.count { if case .violated = $0 { true } else { false } }
                #expect(measure.violations == violated, "\(result.id)")
                #expect(measure.scope == answers.count { $0 != .outOfScope }, "\(result.id)")
                #expect(violated > 0 && violated < rows.count, "\(result.id) proves nothing")
            }
        }
    }

    @Test func `no condition at all means the same in SQL and in Swift`() async throws {
        let setUp = "CREATE TABLE rows (id int PRIMARY KEY, t text); INSERT INTO rows VALUES (1)"
        try await withScratchDatabase(setUp: setUp) { database in
            let all = Required("t").where(.all([])).named("all")
            let any = Required("t").where(.any([])).named("any")
            #expect(all.evaluate([:]) == .violated("t is null"))
            #expect(any.evaluate([:]) == .outOfScope)
            let table = Table("rows", key: "id") {
                all
                any
            }
            let report = try await audit(database, [table])
            #expect(report.results.map(\.outcome) == [.failed, .notApplicable])
        }
    }

    private func store(_ rows: [Assay.Row], in database: ScratchDatabase) async throws {
        let connection = try await database.connect()
        let columns = ["t", "v", "i", "f", "b"]
        let arrays = columns.map { column in
            let elements = rows.map { row in
                row[column] == .null ? nil : row[column].text
            }
            return "{" + elements.map { $0.map(quoted) ?? "NULL" }.joined(separator: ",") + "}"
        }
        let stored = try await connection.execute(
            """
            INSERT INTO rows SELECT n, t, v, i, f, b FROM unnest($1::text[], $2::text[], \
            $3::int[], $4::float8[], $5::bool[]) WITH ORDINALITY AS u (t, v, i, f, b, n)
            """, arrays)
        try #require(stored == rows.count)
    }

    private func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}

/// Rows of all types with what breaks a parser, from a seed.
private struct RowGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> Assay.Row {
        Row([
            "t": text(), "v": text(),
            "i": pick([
                .null, .integer(number(9) - 4), .integer(1), .integer(number(2_000_000_000)),
            ]),
            "f": pick([
                .null, .number(Double(number(2_000)) / 8 - 100), .number(.nan), .number(.infinity),
                .number(-.infinity), .number(0.5), .number(100), .number(2),
            ]),
            "b": pick([.null, .boolean(true), .boolean(false)]),
        ])
    }

    private mutating func text() -> Value {
        switch number(8) {
        case 0: .null
        case 1, 2, 3: .text(pick(Self.whole))
        case 4: .text(String(repeating: pick(Self.pieces), count: Int(number(120))))
        default: .text((0..<number(5)).map { _ in pick(Self.pieces) }.joined())
        }
    }

    private mutating func pick<Element>(_ values: [Element]) -> Element {
        values[Int(number(Int64(values.count)))]
    }

    /// A number below a bound, by SplitMix64.
    private mutating func number(_ bound: Int64) -> Int64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int64((mixed ^ (mixed >> 31)) % UInt64(bound))
    }

    private static let whole = [
        "", " ", "\u{a0}", "\t\n", "\u{200b}", "\u{3000}\u{feff}", "acme", "Acme", "NULL", "a\"b",
        #"a\b"#, "a,b", "{}", "100%", "acme.com", "www.acme.com", "https://acme.com/", "bit.ly",
        "docs.google.com", "acme.wordpress.com", "info@acme.com", "Info@Acme.COM", "Acme  Inc",
        "Acme Inc", "https://www.acme.com/about", "true", "1", "é", "e\u{301}", "😀", "日本",
        "İstanbul", "straße", "x\u{85}", "~", "~a", "a~", "'; --",
    ]
    private static let pieces = [
        "a", "B", ".", " ", "\u{a0}", "é", "日", "😀", "\"", "\\", "'", "%", "_", "com", "acme", "@",
        "/", "\n", "\u{200b}", "1",
    ]
}
