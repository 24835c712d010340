import Assay
import AssayTesting
@testable import Auditor
import Postgres
import Testing

/// Rows that come in packs say what they say one by one, and what the database says.
@Suite(.timeLimit(.minutes(15))) struct PackTests {
    /// Values of each sort that is packed, on more pages than a pack has.
    private static let fixture = """
        CREATE TABLE parents AS SELECT 'n' || i AS name, i AS number FROM generate_series(1, 40) i;
        CREATE DOMAIN short AS varchar(200);
        CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        CREATE TABLE rows AS SELECT i AS id,
            (ARRAY['n' || i % 50, NULL, '', ' ', 'é', '😀', 'Acme.com', 'https://www.acme.com/', repeat('n', 32)])[1 + i % 9]
                AS text,
            (ARRAY['l' || i % 45, NULL, ''])[1 + i % 3]::short AS short,
            (ARRAY['f1', 'F1', NULL])[1 + i % 3] COLLATE blind AS folded,
            (ARRAY['t' || i % 44, NULL, ''])[1 + i % 3]::char(8) AS tight,
            (ARRAY[true, false, NULL])[1 + i % 3] AS flag,
            (ARRAY[-32768, 32767, NULL, i % 7])[1 + i % 4]::smallint AS small,
            (ARRAY[i % 50, NULL, -2147483648, 2147483647])[1 + i % 4]::int AS number,
            (ARRAY[i % 45, NULL, -9223372036854775808, 9223372036854775807])[1 + i % 4]::bigint AS wide,
            (ARRAY['0', '-0', 'NaN', 'Infinity', NULL])[1 + i % 5]::real AS real,
            (ARRAY['0', '-0', 'NaN', '-Infinity', '1e300'])[1 + i % 5]::float8 AS float,
            (ARRAY['infinity', '-infinity', '0044-03-15 BC', '2024-02-29', NULL])[1 + i % 5]::date AS day,
            (ARRAY['infinity', '4713-01-01 BC', '2024-02-29 12:00+00', NULL])[1 + i % 4]::timestamptz AS moment,
            (ARRAY['-infinity', '294276-12-31', '2024-02-29', NULL])[1 + i % 4]::timestamp AS local,
            md5((i % 600)::text)::uuid AS uuid, repeat('x', i % 400) AS filler
        FROM generate_series(1, 9000) i;
        DELETE FROM rows WHERE id BETWEEN 2000 AND 5000;
        ANALYZE;
        """

    private static var checks: [any Check] {
        let columns = [
            "text", "short", "tight", "flag", "small", "number", "wide", "day", "moment", "local",
            "uuid",
        ]
        return columns.map { Required($0) } + columns.map { Unique(by: .init(stringLiteral: $0)) }
            + [
                Required("folded"), Length("folded", 1...1), Normalized("text", as: .domain),
                Matches("short", "^l[0-9]+$"),
                OneOf("tight", "t1", "t2", ""), Length("text", 2...12), InRange("small", -5...5),
                InRange("real", 0...1), InRange("float", -0.5...1e299), InRange("wide", 0...),
                InRange("day", from: "2000-01-01", through: "infinity"),
                InRange("moment", from: "0001-01-01"), InRange("local", from: "2024-02-29"),
                Implies("number > \(3)", then: "wide IS NOT NULL"),
                References("text", in: "parents.name"), References("number", in: "parents.number"),
            ]
    }

    private static func table(_ checks: [any Check]) -> Table {
        Table(
            TableName("rows"), key: ["id"], source: SourceLocation(file: #filePath, line: 1),
            checks: checks)
    }

    /// How a run would read the table.
    private static func plan(
        _ database: ScratchDatabase, _ table: Table,
        _ configure: (inout AuditOptions) -> Void = { _ in }
    ) async throws -> Plan {
        let connection = try await database.connect()
        let catalog = try await Catalog.read(from: connection)
        var options = AuditOptions(target: database.target)
        options.engine = .stream
        configure(&options)
        let facts = EngineFacts(
            untoasted: try await EngineFacts.untoasted(
                of: [TableName("rows"), TableName("parents")], on: connection,
                deadline: .seconds(10)))
        let suite = try Suite(name: "tests", tables: [table], root: folderOfTests())
        return Plan(
            suite: suite, catalog: catalog,
            chooser: EngineChooser(catalog: catalog, facts: facts, options: options))
    }

    private func expectAgreement(
        _ database: ScratchDatabase, _ table: Table, notes: [String] = [],
        _ configure: @Sendable (inout AuditOptions) -> Void = { _ in }
    ) async throws {
        let pushed = try await audit(database, [table]) {
            configure(&$0)
            $0.engine = .push
        }
        let streamed = try await audit(database, [table]) {
            $0.engine = .stream
            configure(&$0)
        }
        #expect(streamed.engineNotes == notes)
        #expect(streamed.rows == pushed.rows)
        for (one, other) in zip(streamed.results, pushed.results) {
            #expect(one.trouble == other.trouble, "\(one.id)")
            #expect(one.measure == other.measure, "\(one.id)")
            #expect(one.samples == other.samples, "\(one.id)")
        }
        #expect(streamed.results.count { ($0.measure?.violations ?? 0) > 0 } > 0)
    }

    @Test func `values of every sort come in packs as they come by themselves`() async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let table = Self.table(Self.checks)
            let streams = try await Self.plan(database, table).streams
            // And a stream that is there for its failure alone.
            #expect(streams.map { $0.packs != nil } == [true, false])
            try await expectAgreement(database, table)
            try await expectAgreement(database, table) {
                $0.partSize = 100_000
                $0.connections = 3
            }
        }
    }

    @Test func `a table of which the catalog knows too little comes in no larger packs`()
        async throws
    {
        let table = Self.table([Unique(by: "text")])
        let grown =
            "INSERT INTO rows (id, text) SELECT i, i::text FROM generate_series(1, 100000) i;"
        try await withScratchDatabase(setUp: Self.fixture + grown) { database in
            let plan = try await Self.plan(database, table)
            let stream = plan.streams[0]
            let packs = try #require(stream.packs)
            let last = try #require(stream.parts.last)
            let connection = try await database.connect()
            let statement = stream.statement(last, of: plan.tables[0], in: packs, plan.items)
            let text = try statement.literalText(on: connection)
            let found = try await connection.query(
                """
                SELECT count(*), max(rows) < $1, sum(rows) = (SELECT count(*) FROM rows)
                FROM (\(text)) AS packs (page, rows)
                """, [String(StreamPacks.pages * 8_192 / 28)])
            #expect(found[0, 0].flatMap { Int($0) } ?? 0 > 10)
            #expect(found[0, 1] == "t")
            #expect(found[0, 2] == "t")
            try await expectAgreement(database, table)
        }
    }

    @Test func `a text with the character between two texts has its pages read row by row`()
        async throws
    {
        let dirt = """
            UPDATE rows SET text = text || chr(1) WHERE id % 97 = 0;
            UPDATE rows SET text = chr(1) WHERE id IN (1, 9000);
            UPDATE rows SET short = chr(1) || chr(1) || short WHERE id = 1234;
            """
        try await withScratchDatabase(setUp: Self.fixture + dirt) { database in
            let table = Self.table(Self.checks)
            #expect(try await Self.plan(database, table).streams.first?.packs != nil)
            try await expectAgreement(database, table)
        }
    }

    @Test func `what the server counts on the way is what it counts by itself`() async throws {
        let table = Self.table([
            Unique(by: "text"), Normalized("text", as: .domain),
            References("text", in: "parents.name"),
            Matches("filler", like: "xx%"), Required("moment"), RowCount(1...5_000),
            Fresh("day", within: .days(9)).where("day < 'infinity'"),
            NoRows("early") { "SELECT id FROM rows WHERE id < 3" },
            Implies("number > 3", then: "wide IS NOT NULL"),
        ])
        let large =
            "INSERT INTO rows (id, filler) SELECT i, repeat('y', 1000) FROM generate_series(1, 20000) i; ANALYZE;"
        try await withScratchDatabase(setUp: Self.fixture + large) { database in
            let plan = try await Self.plan(database, table) { $0.engine = .auto }
            let counted = try #require(plan.streams.first?.packs?.counted)
            #expect(counted.checks.count >= 3)
            // Of an author's query the pass counts the rows in scope alone.
            let evaluation = TableEvaluation(0, of: plan)
            #expect(evaluation.counted.count == counted.checks.count - 1)
            #expect(evaluation.pushed.contains { $0.hasSuffix("early") })
            try await expectAgreement(database, table) {
                $0.engine = .auto
                $0.throughput = 1e9
            }
        }
    }

    @Test func `a count that fails on the way takes no other check with it`() async throws {
        let table = Self.table([
            Unique(by: "text"), Normalized("text", as: .domain),
            References("text", in: "parents.name"),
            Required("moment"), Implies("1 / (id - id) = 1", then: "true").named("broken"),
        ])
        let large =
            "INSERT INTO rows (id, filler) SELECT i, repeat('y', 1000) FROM generate_series(1, 20000) i; ANALYZE;"
        try await withScratchDatabase(setUp: Self.fixture + large) { database in
            let plan = try await Self.plan(database, table) { $0.engine = .auto }
            let counted = try #require(plan.streams.first?.packs?.counted).checks
            #expect(counted.map { plan.items[$0].check.id }.contains("public.rows/implies:broken"))
            let note = "public.rows was read again row by row: division by zero (SQLSTATE 22012)"
            // On a busy machine the connection may seem too slow to be read from.
            try await expectAgreement(database, table, notes: [note]) {
                $0.engine = .auto
                $0.throughput = 1e9
            }
        }
    }

    @Test func `what references may hold comes in packs as it comes by itself`() async throws {
        let more = """
            ALTER TABLE parents ADD COLUMN short short, ADD COLUMN uuid uuid;
            UPDATE parents SET short = 'l' || number, uuid = md5(number::text)::uuid;
            INSERT INTO parents SELECT 'p' || i || repeat('x', 90), i, nullif('l' || i, 'l200'), md5(i::text)::uuid
            FROM generate_series(200, 9000) i;
            INSERT INTO parents (number) VALUES (7), (NULL);
            """
        let dirt = """
            UPDATE parents SET name = name || chr(1) || 'n3' WHERE number IN (3, 4000, 9000);
            UPDATE rows SET text = 'n3' || chr(1) || 'n3' WHERE id = 9;
            """
        let table = Self.table([
            Unique(by: "text"), References("text", in: "parents.name"),
            References("short", in: "parents.short"), References("number", in: "parents.number"),
            References("uuid", in: "parents.uuid"),
            References(["number", "text"], in: "parents", columns: ["number", "name"]),
        ])
        for setUp in [Self.fixture + more, Self.fixture + more + dirt] {
            try await withScratchDatabase(setUp: setUp) { database in
                #expect(try await Self.plan(database, table).parents.count == 5)
                try await expectAgreement(database, table)
                let connection = try await database.connect()
                try await connection.execute(
                    "INSERT INTO parents (name) VALUES (repeat(md5('long'), 9000))")
                try await connection.execute("ALTER TABLE parents ALTER name SET STORAGE EXTERNAL")
                try await connection.execute(
                    "INSERT INTO parents (name) VALUES (repeat('long', 9000))")
                #expect(try await Self.plan(database, table).parents.isEmpty)
                try await expectAgreement(database, table)
            }
        }
    }

    @Test func `rows are not packed where nobody knows how much memory of the server they take`()
        async throws
    {
        let table = Self.table([Unique(by: "text")])
        try await withScratchDatabase(setUp: Self.fixture) { database in
            #expect(try await Self.plan(database, table).streams.first?.packs != nil)
            let costly = try await Self.plan(database, table) { $0.maxCost = 1e9 }
            #expect(costly.streams.map { $0.packs == nil } == [true])
            let connection = try await database.connect()
            try await connection.execute("ALTER TABLE rows ALTER text SET STORAGE EXTERNAL")
            try await connection.execute(
                "INSERT INTO rows (id, text) VALUES (0, repeat('long', 9000))")
            let toasted = try await Self.plan(database, table)
            #expect(toasted.streams.map { $0.packs == nil } == [true])
        }
    }
}
