import Assay
import AssayTesting
@testable import Auditor
import Postgres
import Testing

/// Checks evaluated on the bytes of rows say what the database says.
@Suite(.timeLimit(.minutes(15))) struct EngineTests {
    /// A table with a value of each sort in each column, and parents for it.
    static let fixture = """
        CREATE DOMAIN short AS varchar(200) CHECK (value <> 'never');
        CREATE DOMAIN yes AS boolean;
        CREATE TYPE mood AS ENUM ('happy', 'sad');
        CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        CREATE TABLE parents (name text UNIQUE, number int UNIQUE, wide bigint, label varchar(20),
            tight char(8), folded text COLLATE blind, a int, b text);
        INSERT INTO parents SELECT 'n' || i, i, i, 'l' || i, 't' || i, 'F' || i, i % 3, 'b' || i % 7
        FROM generate_series(1, 40) i;
        INSERT INTO parents (name) VALUES (NULL), (''), ('é'), ('😀');
        CREATE TABLE rows (id int PRIMARY KEY, text text, short short, "va""r" varchar(50), tight char(8),
            name name, mood mood, flag boolean, yes yes, small smallint, number int, wide bigint,
            real real, float double precision, exact numeric, day date, moment timestamptz,
            local timestamp, clock time, gap interval, uuid uuid, bytes bytea, tags text[],
            folded text COLLATE blind, json jsonb, number_twice bigint GENERATED ALWAYS AS (number * 2::bigint) STORED);
        ALTER TABLE rows ALTER tags SET STORAGE EXTERNAL;
        INSERT INTO rows (id, text, short, "va""r", tight, name, mood, flag, yes, small, number, wide, real,
            float, exact, day, moment, local, clock, gap, uuid, bytes, tags, folded, json)
        SELECT i, (ARRAY['n' || i % 50, NULL, '', ' ', E'\\u00a0', 'é', '😀', 'Acme.com', 'acme.com',
                'https://www.acme.com/', repeat('long', 900)])[1 + i % 11],
            (ARRAY['l' || i % 45, NULL, '', 'X'])[1 + i % 4], (ARRAY['l' || i % 41, NULL, 'L1'])[1 + i % 3],
            (ARRAY['t' || i % 44, NULL, ''])[1 + i % 3], 'name' || i % 30,
            (ARRAY['happy', 'sad', NULL])[1 + i % 3]::mood, (ARRAY[true, false, NULL])[1 + i % 3],
            (ARRAY[true, NULL])[1 + i % 2], (ARRAY[-32768, 32767, NULL, i % 7])[1 + i % 4],
            (ARRAY[i % 50, NULL, -2147483648, 2147483647])[1 + i % 4],
            (ARRAY[i % 45, NULL, -9223372036854775808, 9223372036854775807])[1 + i % 4],
            (ARRAY['0', '-0', 'NaN', 'Infinity', NULL])[1 + i % 5]::real,
            (ARRAY['0', '-0', 'NaN', '-Infinity', '1e300'])[1 + i % 5]::float8,
            (ARRAY['1.0', '1.00', 'NaN', 'Infinity', '123456789012345678901234567890.5'])[1 + i % 5]::numeric,
            (ARRAY['infinity', '-infinity', '0044-03-15 BC', '2024-02-29', NULL])[1 + i % 5]::date,
            (ARRAY['infinity', '4713-01-01 BC', '2024-02-29 12:00+00', NULL])[1 + i % 4]::timestamptz,
            (ARRAY['-infinity', '294276-12-31', '2024-02-29', NULL])[1 + i % 4]::timestamp,
            make_time(i % 24, 0, 0), (ARRAY['1 mon', '30 days', '720:00'])[1 + i % 3]::interval,
            md5((i % 60)::text)::uuid, decode(md5((i % 9)::text), 'hex'),
            ARRAY['a', NULL, repeat('b', i % 300)], (ARRAY['f1', 'F1', 'g'])[1 + i % 3],
            jsonb_build_object('a', i % 4)
        FROM generate_series(1, 420) i;
        """

    private static let columns = [
        "text", "short", #"va"r"#, "tight", "name", "mood", "flag", "yes", "small", "number",
        "wide",
        "real", "float", "exact", "day", "moment", "local", "clock", "gap", "uuid", "bytes", "tags",
        "folded", "json", "number_twice",
    ]

    static var checks: [any Check] {
        var checks: [any Check] = columns.map { Required($0) }
        checks += columns.map { Unique(by: .init(stringLiteral: $0)) }
        checks += columns.map { OneOf($0, "n1", "l2", "happy", "true", "7", "a", "") }
        checks += columns.map { Length($0, 2...12) }
        checks += columns.map { Matches($0, like: "%1%", "_", "é%") }
        checks += ["text", "short", #"va"r"#, "tight", "folded"].flatMap { column in
            Normalizer.all.map {
                Normalized(column, as: $0).named("\(column) \($0.name)") as any Check
            }
        }
        checks += [
            SharedHost("text"), Matches("text", "^n[0-9]+$").named("regex"),
            Matches("short", "^[A-Za-z]*[0-9]?$").named("regex of a domain"),
            Matches("tight", "t|^$").named("padded regex"), Matches("exact", "^.$").named("digit"),
            Matches("tags", #"[[:alpha:]]\d"#).named("classes"),
            Matches("text", "(?i)ACME").named("folded case"),
            InRange("exact", 0...5), InRange("day", from: "2000-01-01", through: "infinity"),
            InRange("small", -5...5), InRange("number", ...3), InRange("wide", 0...),
            InRange("real", 0...1), InRange("float", -0.5...1e299), InRange("clock", from: "12:00"),
            InRange("moment", from: "0001-01-01", through: "2024-02-29 12:00+01"),
            InRange("local", from: "2024-02-29", through: "tomorrow"), InRange("text", from: "b"),
            InRange("number_twice", 1...50).where(.isTrue("flag")),
            RowCount(1...), RowCount(1...20).where(.isTrue("flag")).named("few"),
            Fresh("moment", within: .days(30)), Fresh("local", within: .days(30)),
            Fresh("day", within: .days(30)).where("day < 'infinity'").named("dated"),
            Fresh("moment", within: .days(30)).where(.isTrue("flag")).named("flagged moment"),
            Fresh("moment", within: .days(30)).where("id < 0").named("none"),
            Steady(.rowCount), Steady(.rowCount).where("number > \(3)").named("steady"),
            Steady(nullShareOf: "number"), Steady(nullShareOf: "text"), Steady(nullShareOf: "yes"),
            Unique(by: "text", "number"), Unique(by: "flag", "mood", "small"),
            Unique(by: .normalized("text", as: .domain)),
            Unique(by: .normalized("text", as: .name), "flag"),
            Unique(by: "day", "local"), Unique(by: "uuid").where("number > 3").named("some"),
            Unique(by: "number").where(.isTrue("flag")).named("flagged"),
            PoisonedDomain("text", names: "short"),
            PoisonedDomain("text", names: "short", upTo: 1).named("poisoned"),
            PoisonedDomain("short", names: "text", upTo: 0).named("named"),
            PoisonedDomain("tight", names: #"va"r"#, upTo: 2).where("number > 3").named("spoiled"),
            References("text", in: "parents.name"), References("short", in: "parents.label"),
            References(#"va"r"#, in: "parents.name"), References("number", in: "parents.number"),
            References("wide", in: "parents.wide"), References("tight", in: "parents.tight"),
            References("number", in: "parents.wide").named("widened"),
            References("folded", in: "parents.folded"),
            References(["number", "text"], in: "parents", columns: ["a", "b"]),
            References("text", in: "parents.name").where(.isTrue("flag")).named("flagged"),
            References("text", in: "parents.name").where("number > \(3)").named("bound"),
            Implies(.isTrue("yes"), then: .present("text")),
            Implies("number > \(3)", then: "wide IS NOT NULL").named("sql"),
        ]
        return checks
    }

    /// One of each sort, on a column `domain` and a table `parents`.
    static var domainChecks: [any Check] {
        [
            Unique(by: .normalized("domain", as: .domain)),
            References("domain", in: "parents.domain"), Required("domain"),
            Normalized("domain", as: .domain), Matches("domain", like: "%1.com"),
        ]
    }

    static func table(_ checks: [any Check]) -> Table {
        Table(
            TableName("rows"), key: ["id"], source: SourceLocation(file: #filePath, line: 1),
            checks: checks)
    }

    /// How many checks of a suite are evaluated on bytes.
    private func streamed(_ tables: [Table], in database: ScratchDatabase) async throws -> Int {
        let connection = try await database.connect()
        let catalog = try await Catalog.read(from: connection)
        let suite = try Suite(name: "tests", tables: tables, root: folderOfTests())
        var options = AuditOptions(target: database.target)
        options.engine = .stream
        let chooser = EngineChooser(catalog: catalog, facts: EngineFacts(), options: options)
        return Plan(suite: suite, catalog: catalog, chooser: chooser).streams
            .reduce(0) { $0 + $1.checks.count }
    }

    private func compare(
        _ tables: [Table], setUp: String,
        configure: @Sendable (inout AuditOptions) -> Void = { _ in }
    ) async throws {
        try await withScratchDatabase(setUp: setUp) { database in
            let pushed = try await audit(database, tables) {
                $0.engine = .push
                configure(&$0)
            }
            let streamed = try await audit(database, tables) {
                $0.engine = .stream
                configure(&$0)
            }
            #expect(streamed.engineNotes.isEmpty)
            #expect(streamed.rows == pushed.rows)
            for (one, other) in zip(streamed.results, pushed.results) {
                #expect(one.trouble == other.trouble, "\(one.id)")
                #expect(one.measure == other.measure, "\(one.id)")
                #expect(one.outcome == other.outcome, "\(one.id)")
            }
        }
    }

    @Test func `every type is judged alike in both engines`() async throws {
        let table = Self.table(Self.checks)
        try await compare([table], setUp: Self.fixture) { options in
            let runs = (1...20).map { Past.Point(time: Double($0) * 86_400, value: 420) }
            options.past = ["public.rows/steady:row-count": Past(runs)]
        }
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let count = try await streamed([table], in: database)
            // All but keys whose bytes differ where they are equal.
            #expect(count == Self.checks.count - 13)
        }
    }

    @Test func `a stream that breaks is done in the database, and says so`() async throws {
        let setUp = "CREATE TABLE rows AS SELECT 1 AS id, ' ' AS name FROM generate_series(1, 2);"
        let table = Self.table([
            Implies("1 / (id - id) = 1", then: "true").named("broken"), Required("name"),
            Unique(by: "name"),
        ])
        try await withScratchDatabase(setUp: setUp) { database in
            let report = try await audit(database, [table]) { $0.engine = .stream }
            #expect(
                try report.result("implies:broken").trouble?.contains("division by zero") == true)
            #expect(try report.result("required:name").measure?.violations == 2)
            #expect(try report.result("unique:name").measure?.groups == 1)
            #expect(report.engineNotes.count == 1)
            let note = try #require(report.engineNotes.first)
            #expect(note.hasPrefix("public.rows was evaluated in the database: "))
        }
    }

    @Test func `what is said of a stream that breaks quotes no value`() async throws {
        let setUp = """
            CREATE TABLE rows AS SELECT 1 AS id, 'canary-77' AS name;
            CREATE FUNCTION shout(name text) RETURNS boolean LANGUAGE plpgsql AS
            $$BEGIN RAISE EXCEPTION 'not this one: %', name; END$$;
            """
        let table = Self.table([
            Implies("shout(name)", then: "true").named("broken"), Required("name"),
        ])
        try await withScratchDatabase(setUp: setUp) { database in
            let report = try await audit(database, [table]) { $0.engine = .stream }
            let note = try #require(report.engineNotes.first)
            #expect(
                note == "public.rows was evaluated in the database: "
                    + "code in the database raised an error (SQLSTATE P0001)")
        }
    }

    @Test func `rows that mostly share their keys are grouped in the database`() async throws {
        let setUp = """
            CREATE TABLE rows AS SELECT i AS id, i % 2 AS half, i AS own FROM generate_series(1, 120000) i;
            """
        let table = Self.table([Unique(by: "half"), Unique(by: "own"), Required("own")])
        try await withScratchDatabase(setUp: setUp) { database in
            let report = try await audit(database, [table]) { $0.engine = .stream }
            let half = Measure(violations: 120_000, scope: 120_000, groups: 2)
            #expect(try report.result("unique:half").measure == half)
            #expect(try report.result("unique:own").measure?.violations == 0)
            #expect(
                report.engineNotes == [
                    "public.rows/unique:half was evaluated in the database: "
                        + "more than a quarter of the rows share their key with others"
                ])
        }
    }

    @Test func `the choice goes by the size, the link, the memory and what each check costs`()
        async throws
    {
        let setUp = """
            CREATE TABLE rows AS SELECT i AS id, 'd' || i || '.com' AS domain, repeat('x', 900) AS filler
            FROM generate_series(1, 24000) i;
            ALTER TABLE rows ADD PRIMARY KEY (id);
            CREATE TABLE parents AS SELECT domain FROM rows;
            ANALYZE;
            """
        let table = Self.table([
            Unique(by: .normalized("domain", as: .domain)), Required("domain"), Required("filler"),
            References("domain", in: "parents.domain"), RowCount(1...),
        ])
        try await withScratchDatabase(setUp: setUp) { database in
            let connection = try await database.connect()
            let catalog = try await Catalog.read(from: connection)
            let suite = try Suite(name: "tests", tables: [table], root: folderOfTests())
            func choice(
                throughput: Double, _ change: (inout AuditOptions) -> Void = { _ in }
            ) -> (streamed: [String], reason: String) {
                var options = AuditOptions(target: database.target)
                change(&options)
                let width = [TableName("rows"): ["domain": 10, "filler": 904]]
                let facts = EngineFacts(widths: width, throughput: throughput)
                let plan = Plan(
                    suite: suite, catalog: catalog,
                    chooser: EngineChooser(catalog: catalog, facts: facts, options: options))
                let checks = plan.choices.compactMap(\.stream).flatMap(\.checks)
                    .map { plan.items[$0].check.id }
                return (checks.sorted(), plan.choices[0].reason)
            }
            // What is dear in SQL, and what its column or the rows alone say for nothing.
            let dear = [
                "references:domain", "required:domain", "row-count", "unique:domain.domain",
            ]
            .map { "public.rows/\($0)" }
            let fast = choice(throughput: 1e9)
            #expect(fast.streamed == dear)
            #expect(fast.reason.contains("30 bytes a row, 1000 MB/s"))
            #expect(choice(throughput: 5e6).streamed.isEmpty)
            #expect(
                choice(throughput: 1e9) { $0.memory = 1 << 20 }.streamed == Array(dear.dropFirst()))
            #expect(choice(throughput: 1e9) { $0.engine = .push }.reason == "as asked")
            #expect(choice(throughput: 5e6) { $0.engine = .stream }.streamed.count == 5)
        }
    }

    @Test
    func `regular expressions are dear in SQL, and the server finds the newest row on the way`()
        async throws
    {
        let setUp = """
            CREATE TABLE rows AS SELECT i AS id, 'c' || i AS code, i AS number, now() AS at, repeat('x', 900) AS filler
            FROM generate_series(1, 24000) i;
            ALTER TABLE rows ADD PRIMARY KEY (id);
            ANALYZE;
            """
        let shapes: [any Check] = [
            Matches("code", "^c[0-9]+$"), Matches("code", "c$").named("end"),
        ]
        let dated: [any Check] = [Fresh("at", within: .days(1)), RowCount(1...)]
        let ranges: [any Check] = [InRange("number", 1...), InRange("id", 1...)]
        try await withScratchDatabase(setUp: setUp) { database in
            let connection = try await database.connect()
            let catalog = try await Catalog.read(from: connection)
            func streamed(_ checks: [any Check], isToasted: Bool = false) throws -> [String] {
                let suite = try Suite(
                    name: "tests", tables: [Self.table(checks)], root: folderOfTests())
                let facts = EngineFacts(
                    widths: [TableName("rows"): ["code": 6, "number": 4, "at": 8]], throughput: 1e9,
                    untoasted: isToasted ? [] : [TableName("rows")])
                let chooser = EngineChooser(
                    catalog: catalog, facts: facts, options: AuditOptions(target: database.target))
                let plan = Plan(suite: suite, catalog: catalog, chooser: chooser)
                let names = plan.choices.compactMap(\.stream).flatMap(\.checks)
                    .map { plan.items[$0].check.id }
                return names.map { String($0.dropFirst("public.rows/".count)) }.sorted()
            }
            // What one scan answers anyway is not sent.
            #expect(try streamed(dated).isEmpty)
            #expect(try streamed(ranges).isEmpty)
            #expect(try streamed(dated + ranges).isEmpty)
            // The server looks for the newest row on the way.
            let shaped = ["matches:code", "matches:end"]
            #expect(try streamed(shapes) == shaped)
            #expect(try streamed(shapes + dated) == shaped + ["row-count"])
            // Nobody knows how long a text is that lies apart, unless it is read anyway.
            #expect(try streamed(shapes + dated, isToasted: true).isEmpty)
            #expect(
                try streamed(shapes + [Unique(by: "code")], isToasted: true)
                    == shaped + ["unique:code"])
        }
    }

    @Test func `what two engines measure differently is errored`() {
        let here = Verdict.measured(Measure(violations: 1, scope: 3), samples: [])
        let there = Verdict.measured(Measure(violations: 2, scope: 3), samples: [])
        guard case .errored(let sentence) = here.agreeing(with: there) else {
            Issue.record("a difference passed")
            return
        }
        #expect(
            sentence.hasPrefix(
                "the engines differ: on the bytes of the rows 1 of 3 rows (33.33 %), in the database 2 of 3"
            ))
        #expect(here.agreeing(with: here) == here)
    }

    @Test func `groups are the same ones, with the same rows and values`() async throws {
        let setUp = """
            CREATE TABLE rows AS SELECT i AS id, 'k' || i / 3 % 90 AS key, i / 2 AS number,
                (ARRAY['https://A' || i % 40 || '.com', 'a' || i % 40 || '.com'])[1 + i % 2] AS domain
            FROM generate_series(1, 1000) i;
            """
        let table = Self.table([
            Unique(by: "key"), Unique(by: "number"), Unique(by: "number", "key"),
            Unique(by: .normalized("domain", as: .domain)),
        ])
        try await withScratchDatabase(setUp: setUp) { database in
            let reports = try await [Engine.push, .stream].asyncMap { engine in
                try await audit(database, [table]) {
                    $0.engine = engine
                    $0.showsValues = true
                    $0.samples = 7
                }
            }
            #expect(reports[0].results.map(\.samples) == reports[1].results.map(\.samples))
            #expect(reports[0].results.map(\.measure) == reports[1].results.map(\.measure))
        }
    }

    @Test func `pieces of a table, and many connections, count each row once`() async throws {
        let setUp = """
            CREATE TABLE rows AS SELECT i AS id, 'd' || i % 18000 || '.com' AS domain,
                repeat('x', 100) AS filler FROM generate_series(1, 20000) i;
            CREATE TABLE parents AS SELECT 'd' || i || '.com' AS domain FROM generate_series(1, 16000) i;
            ALTER TABLE parents ADD UNIQUE (domain);
            ANALYZE;
            """
        let table = Self.table(Self.domainChecks)
        try await withScratchDatabase(setUp: setUp) { database in
            let report = try await audit(database, [table]) {
                $0.engine = .both
                $0.connections = 3
                $0.memory = 4 << 20
                $0.partSize = 200_000
            }
            #expect(report.engineNotes.isEmpty)
            #expect(report.errored.isEmpty)
            #expect(report.rows.values.reduce(0, +) == 20_000)
            let unique = try report.result("unique:domain.domain").measure
            #expect(unique == Measure(violations: 4_000, scope: 20_000, groups: 2_000))
        }
    }
}

extension Array {
    func asyncMap<Value>(
        _ body: (Element) async throws -> Value
    ) async throws -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}
