import Assay
import AssayTesting
@testable import Auditor
import Postgres
import Testing

/// Tables whose rows lie in partitions or children are read where their rows lie.
@Suite(.timeLimit(.minutes(15))) struct LeafTests {
    /// How the rows of one table may lie in several.
    enum Layout: String, CaseIterable, CustomTestStringConvertible {
        case byRange, byList, byHash, attached, inherited

        var testDescription: String { rawValue }

        /// Makes a partitioned or inherited table of one that has all rows.
        var script: String {
            let parent = """
                ALTER TABLE rows RENAME TO flat; ALTER TABLE flat DROP COLUMN number_twice;
                ALTER TABLE flat DROP CONSTRAINT rows_pkey, ALTER id DROP NOT NULL;
                CREATE TABLE rows (LIKE flat INCLUDING STORAGE)
                """
            switch self {
            case .byRange:
                return """
                    \(parent) PARTITION BY RANGE (id);
                    CREATE TABLE first PARTITION OF rows FOR VALUES FROM (MINVALUE) TO (100);
                    CREATE TABLE second PARTITION OF rows FOR VALUES FROM (100) TO (300) PARTITION BY LIST (flag);
                    CREATE TABLE second_yes PARTITION OF second FOR VALUES IN (true);
                    CREATE TABLE second_rest PARTITION OF second DEFAULT;
                    CREATE TABLE empty PARTITION OF rows FOR VALUES FROM (10000) TO (20000);
                    CREATE TABLE rest PARTITION OF rows DEFAULT;
                    INSERT INTO rows SELECT * FROM flat;
                    """
            case .byList:
                return """
                    \(parent) PARTITION BY LIST (mood);
                    CREATE TABLE "Ha""ppy one" PARTITION OF rows FOR VALUES IN ('happy');
                    CREATE TABLE none PARTITION OF rows FOR VALUES IN (NULL);
                    CREATE TABLE rest PARTITION OF rows DEFAULT;
                    INSERT INTO rows SELECT * FROM flat;
                    """
            case .byHash:
                return """
                    \(parent) PARTITION BY HASH (id);
                    CREATE TABLE h0 PARTITION OF rows FOR VALUES WITH (MODULUS 3, REMAINDER 0);
                    CREATE TABLE h1 PARTITION OF rows FOR VALUES WITH (MODULUS 3, REMAINDER 1);
                    CREATE TABLE h2 PARTITION OF rows FOR VALUES WITH (MODULUS 3, REMAINDER 2);
                    ALTER TABLE rows ADD PRIMARY KEY (id);
                    INSERT INTO rows SELECT * FROM flat;
                    """
            case .attached:
                return """
                    \(parent) PARTITION BY RANGE (id);
                    \(Self.reversed)
                    ALTER TABLE odd DROP COLUMN junk;
                    ALTER TABLE rows ATTACH PARTITION odd FOR VALUES FROM (MINVALUE) TO (200);
                    CREATE TABLE rest PARTITION OF rows DEFAULT;
                    ALTER TABLE rest ADD CONSTRAINT fits CHECK (id >= 200);
                    INSERT INTO rows SELECT * FROM flat;
                    """
            case .inherited:
                return """
                    \(parent);
                    CREATE TABLE child (extra text, tags text[]) INHERITS (rows);
                    CREATE TABLE other (extra int) INHERITS (rows);
                    CREATE TABLE grandchild (more int) INHERITS (child);
                    CREATE TABLE lowest (last int) INHERITS (grandchild, rows);
                    ALTER TABLE child DROP COLUMN extra;
                    INSERT INTO rows SELECT * FROM flat WHERE id < 100;
                    INSERT INTO child SELECT * FROM flat WHERE id BETWEEN 100 AND 199;
                    INSERT INTO other SELECT * FROM flat WHERE id BETWEEN 200 AND 249;
                    INSERT INTO grandchild SELECT * FROM flat WHERE id BETWEEN 250 AND 299;
                    INSERT INTO lowest SELECT * FROM flat WHERE id >= 300;
                    """
            }
        }

        /// A table with the columns in another order, and one in front that is dropped later.
        private static let reversed = """
            DO $do$ BEGIN EXECUTE (
                SELECT 'CREATE TABLE odd (junk int, ' || string_agg(format('%I %s%s', attname,
                    format_type(atttypid, atttypmod),
                    ' COLLATE ' || (SELECT quote_ident(collname) FROM pg_collation
                        WHERE oid = attcollation AND collname <> 'default')), ', ' ORDER BY attnum DESC) || ')'
                FROM pg_attribute WHERE attrelid = 'rows'::regclass AND attnum > 0);
            END $do$;
            """
    }

    private static var checks: [any Check] {
        EngineTests.checks.filter { !$0.columns.contains("number_twice") }
    }

    @Test(arguments: Layout.allCases)
    func `rows in several tables are judged alike in both engines`(_ layout: Layout) async throws {
        let table = EngineTests.table(Self.checks)
        try await withScratchDatabase(setUp: EngineTests.fixture + layout.script) { database in
            let pushed = try await audit(database, [table]) {
                $0.engine = .push
                $0.samples = 100
                $0.past = [:]
            }
            let streamed = try await audit(database, [table]) {
                $0.engine = .stream
                $0.samples = 100
                $0.past = [:]
            }
            #expect(streamed.engineNotes.isEmpty)
            #expect(streamed.rows == pushed.rows)
            #expect(pushed.rows.values.first == 420)
            for (one, other) in zip(streamed.results, pushed.results) {
                #expect(one.trouble == other.trouble, "\(one.id)")
                #expect(one.measure == other.measure, "\(one.id)")
                #expect(one.outcome == other.outcome, "\(one.id)")
                let violations = one.measure?.violations ?? 0
                if one.measure?.groups == nil, violations <= 100 {
                    #expect(one.samples == other.samples, "\(one.id)")
                } else {
                    #expect(one.samples.map(\.size) == other.samples.map(\.size), "\(one.id)")
                }
            }
            let catalog = try await Catalog.read(from: database.connect())
            let streams = try Self.plan([table], catalog, .stream, database).streams
            // As many as of a table that lies in one place, but for the two of the column that is left out.
            #expect(streams.reduce(0) { $0 + $1.checks.count } >= Self.checks.count - 14)
        }
    }

    @Test func `groups and references lie across partitions, parts and connections`() async throws {
        let setUp = """
            CREATE TABLE rows (id int, domain text, filler text) PARTITION BY HASH (id);
            CREATE TABLE h0 PARTITION OF rows FOR VALUES WITH (MODULUS 3, REMAINDER 0);
            CREATE TABLE h1 PARTITION OF rows FOR VALUES WITH (MODULUS 3, REMAINDER 1);
            CREATE TABLE h2 PARTITION OF rows FOR VALUES WITH (MODULUS 3, REMAINDER 2);
            INSERT INTO rows SELECT i, 'd' || i % 18000 || '.com', repeat('x', 100) FROM generate_series(1, 20000) i;
            CREATE TABLE parents AS SELECT 'd' || i || '.com' AS domain FROM generate_series(1, 16000) i;
            ALTER TABLE parents ADD UNIQUE (domain);
            ANALYZE;
            """
        let table = EngineTests.table(EngineTests.domainChecks)
        try await withScratchDatabase(setUp: setUp) { database in
            let catalog = try await Catalog.read(from: database.connect())
            let stream = try #require(
                try Self.plan([table], catalog, .both, database).streams.first)
            #expect(stream.parts.count > 6)
            #expect(Set(stream.parts.map(\.leaf)) == [0, 1, 2])
            let report = try await audit(database, [table]) {
                $0.engine = .both
                $0.connections = 3
                $0.memory = 4 << 20
                $0.partSize = 200_000
            }
            #expect(report.engineNotes.isEmpty)
            #expect(report.errored.isEmpty)
            #expect(report.rows.values.reduce(0, +) == 20_000)
            let unique = try report.result("unique:domain.domain")
            #expect(unique.measure == Measure(violations: 4_000, scope: 20_000, groups: 2_000))
            for sample in unique.samples {
                let ids = sample.keys.compactMap { $0.first?.value }.compactMap { Int($0) }
                #expect(ids.count == 2 && abs(ids[0] - ids[1]) == 18_000)
            }
        }
    }

    @Test func `what is unique in each partition or child is not so in the table`() async throws {
        let setUp = """
            CREATE TABLE rows (id int, name text) PARTITION BY RANGE (id);
            CREATE TABLE low PARTITION OF rows FOR VALUES FROM (1) TO (11);
            CREATE TABLE high PARTITION OF rows FOR VALUES FROM (11) TO (21);
            CREATE UNIQUE INDEX ON low (name);
            CREATE UNIQUE INDEX ON high (name);
            INSERT INTO rows SELECT i, 'n' || i % 10 FROM generate_series(1, 20) i;
            CREATE TABLE parent (id int, name text UNIQUE);
            CREATE TABLE child (UNIQUE (name)) INHERITS (parent);
            INSERT INTO parent SELECT * FROM low;
            INSERT INTO child SELECT * FROM high;
            """
        let tables = ["rows", "parent"].map {
            Table(
                TableName($0), key: ["id"], source: SourceLocation(file: #filePath, line: 1),
                checks: [Unique(by: "name")])
        }
        try await withScratchDatabase(setUp: setUp) { database in
            for engine in [Engine.push, .stream] {
                let report = try await audit(database, tables) { $0.engine = engine }
                for name in ["rows", "parent"] {
                    let unique = try report.result("public.\(name)/unique:name")
                    #expect(
                        unique.measure == Measure(violations: 20, scope: 20, groups: 10),
                        "\(engine): \(name)")
                }
                #expect(report.engineNotes.isEmpty)
            }
        }
    }

    @Test func `a table is read as a whole where its parts may not be read alone`() async throws {
        let setUp = """
            CREATE TABLE rows (id int, name text) PARTITION BY LIST (id);
            CREATE TABLE one PARTITION OF rows FOR VALUES IN (1);
            CREATE TABLE two PARTITION OF rows FOR VALUES IN (2);
            CREATE VIEW seen AS SELECT * FROM rows;
            CREATE TABLE childless (id int, name text) PARTITION BY LIST (id);
            """
        let tables = ["rows", "seen", "childless"].map {
            Table(
                TableName($0), key: [], source: SourceLocation(file: #filePath, line: 1),
                checks: [Required("name"), Unique(by: "name")])
        }
        try await withScratchDatabase(setUp: setUp) { database in
            let connection = try await database.connect()
            let role = "assay_leaf_reader"
            func reason(_ script: String, of table: Int = 0) async throws -> String {
                try await connection.script("BEGIN; CREATE ROLE \(role); \(script)")
                let catalog = try await Catalog.read(from: connection)
                try await connection.script("ROLLBACK")
                let choices = try Self.plan(tables, catalog, .stream, database).choices
                return choices[table].reason
            }
            let whole = "GRANT SELECT ON rows, seen, childless TO \(role);"
            #expect(
                try await reason("\(whole) GRANT SELECT ON one TO \(role); SET ROLE \(role)")
                    == "assay_leaf_reader may read it, but not public.two by itself")
            #expect(
                try await reason(
                    "\(whole) ALTER TABLE two ENABLE ROW LEVEL SECURITY; "
                        + "GRANT SELECT ON one, two TO \(role); SET ROLE \(role)")
                    == "row security is on for public.two, where a query of the whole passes by it")
            #expect(
                try await reason(
                    "\(whole) ALTER TABLE rows ENABLE ROW LEVEL SECURITY; "
                        + "GRANT SELECT ON one, two TO \(role); SET ROLE \(role)")
                    == "row security is on for it")
            #expect(
                try await reason("\(whole) GRANT SELECT ON one, two TO \(role); SET ROLE \(role)")
                    == "as asked")
            for table in 1...2 {
                #expect(try await reason("", of: table) == "its rows have no places of their own")
            }
        }
    }

    static func plan(
        _ tables: [Table], _ catalog: Catalog, _ engine: Engine, _ database: ScratchDatabase
    ) throws -> Plan {
        var options = AuditOptions(target: database.target)
        options.engine = engine
        options.partSize = 200_000
        let suite = try Suite(name: "tests", tables: tables, root: folderOfTests())
        let chooser = EngineChooser(catalog: catalog, facts: EngineFacts(), options: options)
        return Plan(suite: suite, catalog: catalog, chooser: chooser)
    }
}

extension Sample {
    /// How many rows it stands for.
    fileprivate var size: Int { keys.count + more }
}
