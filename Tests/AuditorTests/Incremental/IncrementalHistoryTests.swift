import Assay
import AssayTesting
@testable import Auditor
import Postgres
import Testing

/// Random histories of changes: an audit of what changed says what an audit of everything says.
@Suite(.timeLimit(.minutes(15))) struct IncrementalHistoryTests {
    /// Numbers that are the same in each run of the tests.
    private struct Numbers {
        private var state: UInt64

        init(seed: Int) { state = UInt64(seed) &* 0x9e37_79b9_7f4a_7c15 }

        mutating func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(limit))
        }
    }

    private static func change(_ numbers: inout Numbers) -> String {
        let (n, salt) = (numbers.next(1_000), numbers.next(1_000))
        let some = "(id * 7 + \(n)) % 11 = 0"
        let few = "id % 60 = \(n % 60)"
        let changes = [
            "SELECT add(\(1 + n % 5), \(salt))",
            "UPDATE rows SET name = name(id + \(salt)) WHERE \(some)",
            "UPDATE rows SET domain = domain(id + \(salt)), number = (number + \(salt)) % 40 WHERE \(some)",
            "UPDATE rows SET parent = parent(id + \(salt)), flag = NOT flag WHERE \(some)",
            "UPDATE rows SET moment = moment + interval '\(n % 90) hours' WHERE \(some)",
            "UPDATE rows SET moment = NULL WHERE moment = (SELECT max(moment) FROM rows)",
            "UPDATE rows SET id = id + 100000 WHERE \(few)",
            "UPDATE rows SET tenant = CASE tenant WHEN 't0' THEN 't1' ELSE 't0' END WHERE \(few)",
            "UPDATE rows SET number = number WHERE \(some)",
            "DELETE FROM rows WHERE \(few)",
            "DELETE FROM rows WHERE number = \(n % 40)",
            """
            INSERT INTO rows (tenant, id, name, number) SELECT tenant, id + \(n % 2), name(\(salt)), \(salt % 40) \
            FROM rows WHERE \(few) ON CONFLICT (id, tenant) DO UPDATE SET name = excluded.name, number = excluded.number
            """,
            "INSERT INTO rows (tenant, id, name) SELECT tenant, id, 'n1' FROM rows ON CONFLICT DO NOTHING",
            """
            CREATE TEMP TABLE gone ON COMMIT DROP AS SELECT * FROM rows WHERE \(few); \
            DELETE FROM rows WHERE \(few); INSERT INTO rows SELECT * FROM gone; UPDATE rows SET number = 1 WHERE \(few)
            """,
            "SAVEPOINT a; SELECT add(3, \(salt)); ROLLBACK TO a; UPDATE rows SET name = 'n3' WHERE \(few); RELEASE a",
            "SAVEPOINT a; DELETE FROM rows WHERE \(few); SAVEPOINT b; SELECT add(1, \(salt)); ROLLBACK TO b; RELEASE a",
            "DELETE FROM parents WHERE name = 'p\(n % 10)'",
            "INSERT INTO parents VALUES ('p\(n % 12)', \(salt % 12)) ON CONFLICT DO NOTHING",
            "UPDATE parents SET b = \(n % 40) WHERE name = 'p\(salt % 10)'",
            "UPDATE parents SET name = 'q' || name WHERE name = 'p\(n % 10)'",
        ]
        return changes[numbers.next(changes.count)]
    }

    @Test(arguments: 1...4) func `an audit of what changed says what an audit of everything says`(
        seed: Int
    ) async throws {
        // Of the second half more groups and more moments than are kept.
        let more = seed > 2 ? "SELECT add(600, \(seed));" : ""
        // Of every other one the parent is tracked as well.
        let key = seed % 2 == 0 ? "ALTER TABLE parents ADD PRIMARY KEY (name);" : ""
        let parents = Table("parents", key: "name") { Required("b") }
        let tables = [IncrementalFixture.table] + (key.isEmpty ? [] : [parents])
        try await IncrementalFixture.lend(setUp: more + key) { fixture in
            if !key.isEmpty { try await fixture.track(TableName("parents")) }
            var numbers = Numbers(seed: seed)
            let writer = try await fixture.database.connect()
            let slow = try await fixture.database.connect()
            var isSlowOpen = false
            #expect(try await fixture.compare("nothing", tables).count == tables.count)
            for step in 1...(seed > 2 ? 20 : 30) {
                let what = numbers.next(10)
                var change = Self.change(&numbers)
                if what == 0, isSlowOpen {
                    try await slow.script("COMMIT")
                    isSlowOpen = false
                    change = "the slow transaction's COMMIT"
                } else if what == 1, !isSlowOpen {
                    // What it locks, nobody else touches.
                    try await slow.script(
                        "BEGIN; SELECT add(2, \(step)); UPDATE rows SET name = 'slow' WHERE id = currval('ids')"
                    )
                    isSlowOpen = true
                    change = "a slow transaction's begin"
                } else if what == 2 {
                    try await writer.script("BEGIN; \(change); ROLLBACK")
                } else if what == 3 {
                    try await writer.script("BEGIN; \(change); COMMIT")
                    try await writer.execute("VACUUM rows")
                } else {
                    try await writer.script("BEGIN; \(change); COMMIT")
                }
                let notes = try await fixture.compare(
                    "step \(step) of \(seed): \(change)", tables)
                #expect(notes.isEmpty, "step \(step) of \(seed): \(change)")
                // One of all rows, and of those that changed few, each of more than the next.
                #expect(try fixture.files(".rows").count <= 8)
            }
        }
    }

    @Test func `most checks of a table are kept up to date, and the others looked at whole`()
        async throws
    {
        try await IncrementalFixture.lend { fixture in
            _ = try await fixture.incremental()
            let plan = try await fixture.plan()
            let names = plan.pushed.map { $0.split(separator: "/").last.map(String.init) }
            #expect(names == ["no-rows:rows-of-nobody", "implies:present"])
            #expect(plan.changed.count == IncrementalFixture.checks.count - 2)
            #expect(plan.streamed.isEmpty)
        }
    }

    @Test func `a tracked parent in which nothing has changed is not read`() async throws {
        let parents = Table("parents", key: "name") { Required("b") }
        let tables = [IncrementalFixture.table, parents]
        try await IncrementalFixture.lend(setUp: "ALTER TABLE parents ADD PRIMARY KEY (name);") {
            fixture in
            try await fixture.track(TableName("parents"))
            _ = try await fixture.incremental(tables)
            let reads = ParentReads(fixture, tables, try await fixture.database.connect())
            try await reads.change("UPDATE rows SET parent = parent(id + 1)")
            #expect(try await reads.byAudit() == 0)
            #expect(try await fixture.compare("references that changed", tables).isEmpty)
            #expect(try fixture.files(".parents").count == 2)
            try await reads.change("DELETE FROM parents WHERE name = 'p3'")
            // Before version 15 what was read was counted some time later.
            let isRead = try await reads.byAudit() > 0
            #expect(isRead || reads.connection.serverVersion < 150_000)
            #expect(try await reads.byAudit() == 0)
            #expect(try await fixture.compare("a parent that went", tables).isEmpty)
            #expect(try fixture.files(".parents").count == 2)
            // A run that leaves the parent out sees its changes first.
            try await reads.change("INSERT INTO parents VALUES ('p3', 3)")
            #expect(try await fixture.compare("without the parent").isEmpty)
            try await reads.change("DELETE FROM parents WHERE name = 'p4'")
            #expect(try await fixture.compare("with the parent again", tables).isEmpty)
            #expect(try await fixture.compare("nothing", tables).isEmpty)
        }
    }

    @Test(arguments: ["name text", "name varchar(9)", "name bigint", "name int"])
    func `of a tracked parent whose key is referred to, the rows that changed are read`(
        column: String
    ) async throws {
        let isNumber = column.contains("int")
        let (quote, type) = (isNumber ? "" : "'", String(column.dropFirst(5)))
        let setUp = """
            DROP TABLE parents; CREATE TABLE parents (\(column) PRIMARY KEY, b int);
            INSERT INTO parents SELECT i::\(type), i FROM generate_series(-500, 1500) i;
            CREATE TABLE many (id int PRIMARY KEY, parent \(type));
            INSERT INTO many SELECT i, (i % 2100)::\(type) FROM generate_series(1, 5000) i;
            """
        let many = Table("many", key: "id") { References("parent", in: "parents.name") }
        let parents = Table("parents", key: "name") { Required("b") }
        let tables = [many, parents]
        try await IncrementalFixture.lend(setUp: setUp) { fixture in
            for table in tables { try await fixture.track(table.name) }
            _ = try await fixture.incremental(tables)
            let reads = ParentReads(fixture, tables, try await fixture.database.connect())
            for statement in [
                "DELETE FROM parents WHERE b BETWEEN 7 AND 9",
                "UPDATE parents SET name = (b + 600)::\(type) WHERE b = 1200",
                "UPDATE parents SET b = b + 1 WHERE name = \(quote)-9\(quote)",
                "INSERT INTO parents SELECT i::\(type), i FROM generate_series(8, 8) i",
                "DELETE FROM parents WHERE b = 11; INSERT INTO parents VALUES (\(quote)11\(quote), 11)",
            ] {
                try await reads.change(statement)
                // What was changed, and what there is of it now.
                #expect(try await reads.byAudit() < 20, "\(statement)")
                #expect(try await fixture.compare(statement, tables).isEmpty)
            }
        }
    }

    @Test func `changes that are read in pieces, of a table of several blocks, count once`()
        async throws
    {
        let setUp = """
            CREATE TABLE many (id bigint PRIMARY KEY, number int, parent text);
            INSERT INTO many SELECT i, nullif(i % 69000, 7), 'p' || i % 11 FROM generate_series(1, 70000) i;
            """
        let table = Table("many", key: "id") {
            Unique(by: "number")
            Required("number")
            References("parent", in: "parents.name")
            RowCount(1...)
        }
        try await IncrementalFixture.lend(setUp: setUp) { fixture in
            try await fixture.track(TableName("many"))
            func incremental() async throws -> AuditReport {
                try await fixture.incremental([table]) {
                    $0.connections = 3
                    $0.partSize = 500_000
                    $0.changesAtOnce = 700
                }
            }
            #expect(try await incremental().engineNotes.count == 1)
            let connection = try await fixture.database.connect()
            try await connection.script(
                """
                UPDATE many SET number = number + 1 WHERE id % 35 = 0;
                DELETE FROM many WHERE id % 100 = 1;
                INSERT INTO many SELECT id + 100000, number, parent FROM many WHERE id % 700 = 5;
                DELETE FROM parents WHERE name = 'p7';
                """)
            let kept = try await incremental()
            let whole = try await audit(fixture.database, [table]) {
                $0.engine = .stream
                $0.samples = 7
            }
            #expect(kept.engineNotes.isEmpty)
            #expect(kept.rows == whole.rows)
            #expect(kept.results.map(\.measure) == whole.results.map(\.measure))
            #expect(kept.results.map(\.rows) == whole.results.map(\.rows))
        }
    }
}

/// Counts the rows of `parents` that audits read.
private struct ParentReads {
    let connection: Connection
    private let fixture: IncrementalFixture
    private let tables: [Table]

    init(_ fixture: IncrementalFixture, _ tables: [Table], _ connection: Connection) {
        self.fixture = fixture
        self.tables = tables
        self.connection = connection
    }

    /// Changes something, in a session that is over then.
    func change(_ statements: String) async throws {
        let connection = try await fixture.database.connect()
        try await connection.script(statements)
        await connection.close()
    }

    /// How many an audit of what changed reads.
    func byAudit() async throws -> Int {
        let before = try await soFar()
        #expect(try await fixture.incremental(tables).engineNotes.isEmpty)
        return try await soFar() - before
    }

    /// How many were read so far, by sessions that are over: those have said so.
    private func soFar() async throws -> Int {
        let others = """
            SELECT count(*) FROM pg_stat_activity \
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """
        while try await connection.query(others).scalar != "0" {
            try await Task.sleep(for: .milliseconds(10))
        }
        let rows = try await connection.query(
            """
            SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables \
            WHERE relname = 'parents'
            """)
        return try #require(rows.scalar.flatMap { Int($0) })
    }
}
