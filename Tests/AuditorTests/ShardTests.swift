import Assay
import AssayTesting
@testable import Auditor
import Glibc
import Postgres
import Synchronization
import Testing

/// A table over three servers beside this one is audited where it lies.
@Suite(.timeLimit(.minutes(15)), .serialized) struct ShardTests {
    private static let columns = """
        id bigint, shard int, name text, domain text, kind text, code varchar(20), flag boolean, n int,
        at timestamptz
        """

    /// The same rows in one table, `whole`, and over four servers, `events`.
    private static let rows = """
        CREATE TABLE companies AS SELECT 'd' || i || '.com' AS domain FROM generate_series(1, 400) i;
        CREATE TABLE orders AS SELECT i AS id, i * 3 AS event FROM generate_series(1, 500) i;
        CREATE TABLE whole (\(columns));
        INSERT INTO whole SELECT i, i % 4,
            (ARRAY['Acme Inc', NULL, '', ' ', E'\\u00a0', 'É', '😀', 'a  b', '~', E'x\\u2003', 'İ', E'\\u200bz'])[1 + i % 12],
            (ARRAY['d' || i / 2 || '.com', 'D' || i || '.com', 'https://d1.com/', 'www.d.com', NULL])[1 + (i / 3) % 5],
            (ARRAY['new', 'old', 'ärger', NULL, 'New'])[1 + i % 5],
            (ARRAY['a', 'abc1', 'toolongforit', 'ÄB', NULL, 'a b'])[1 + i % 6],
            (ARRAY[true, false, NULL])[1 + i % 3], i % 9,
            timestamptz '2026-12-31' - i * interval '1 minute'
        FROM generate_series(1, 1500) i;
        INSERT INTO events SELECT * FROM whole;
        """

    private static var checks: [any Check] {
        shipped + [
            Matches("name", #"^\w"#).named("class"), SharedHost("domain"),
            Unique(by: "id"), Unique(by: "domain"), Unique(by: "kind", "n"),
            Unique(by: .normalized("domain", as: .domain)), PoisonedDomain("domain", names: "name"),
            References("domain", in: "companies.domain"), OneOf("domain", in: "companies.domain"),
            RowCount(1_500...1_500), Fresh("at", within: .days(30)),
        ]
    }

    /// Row checks that other servers count.
    private static var shipped: [any Check] {
        Normalizer.all.flatMap { form in
            ["name", "domain"].map { Normalized($0, as: form).named("\($0) \(form.name)") }
        } + [
            Required("name"), Required("domain"), Required("n"),
            OneOf("kind", "new", "old"), Length("code", 2...8), Length("name", 1...3),
            Matches("code", "^[a-z0-9]+$").named("regex"), Matches("domain", like: "d%", "https:%"),
            InRange("n", 1...5), Implies(.isTrue("flag"), then: .present("name")),
            Implies(.equals("kind", "new"), then: .not(.isNull("code"))).named("not"),
            Required("code").where(.isOneOf("kind", ["old", "ärger"])).named("scoped"),
        ]
    }

    private static func table(_ name: String, _ checks: [any Check]) -> Table {
        Table(
            TableName(name), key: ["id"], source: SourceLocation(file: #filePath, line: 1),
            checks: checks)
    }

    @Test func `a table over three servers is audited where it lies`() async throws {
        try await withShards { database, shards in
            let noRows = NoRows("negative") { "SELECT id FROM events WHERE n < 0" }
            let tables = [
                Self.table("events", Self.checks + [noRows]), Self.table("whole", Self.checks),
            ]
            for engine in [Engine.push, .stream, .both, .auto] {
                let report = try await audit(database, tables) {
                    $0.engine = engine
                    $0.connections = 4
                    $0.samples = 100
                }
                #expect(report.engineNotes.isEmpty)
                #expect(report.errored.isEmpty, "\(engine): \(report.errored.map(\.trouble))")
                #expect(Set(report.rows.values) == [1_500])
                let own = report.results.filter { $0.id.hasPrefix("public.events/") }
                for result in own where result.id != "public.events/no-rows:negative" {
                    let twin = try report.result(
                        "public.whole/" + result.id.dropFirst("public.events/".count))
                    #expect(result.measure == twin.measure, "\(engine): \(result.id)")
                    #expect(result.outcome == twin.outcome, "\(engine): \(result.id)")
                    let violations = result.measure?.violations ?? 0
                    if result.measure?.groups == nil, violations <= 100 {
                        #expect(result.samples == twin.samples, "\(engine): \(result.id)")
                    }
                }
            }
            // Both rows of a domain lie on different servers.
            let unique = try await audit(database, tables) { $0.engine = .auto }
                .result("public.events/unique:domain")
            #expect((unique.measure?.groups ?? 0) > 100)
            try await expectShipping(of: tables, in: database)
            // A leaf is not called as the table is, schema and all; then the whole is asked.
            let qualified = Implies("public.events.n IS NOT NULL", then: "events.n < 8")
                .named("qualified")
            let whole = try await audit(
                database, [Self.table("events", [qualified, Required("n")])])
            #expect(whole.errored.isEmpty)
            #expect(try whole.result("implies:qualified").measure?.violations == 166)
            let log = try contents(of: "\(shards[0].folder)/log")
            #expect(log.contains("SELECT count(*), count(*) FILTER (WHERE "))
            #expect(log.contains("ctid FROM public.events"))
        }
    }

    @Test func `a server that does not answer is named, and nothing it holds has passed`()
        async throws
    {
        try await withShards { database, shards in
            let noRows = NoRows("negative") { "SELECT id FROM events WHERE n < 0" }
            let tables = [
                Self.table("events", [Unique(by: "domain"), Required("n"), noRows]),
                Self.table("orders", [Required("event"), References("event", in: "events.id")]),
                Self.table("whole", [Required("n")]),
            ]
            // Its rows were read, and it dies before those that may share a key are read again.
            let isDead = Mutex(false)
            let broken = try await run(database, tables) {
                $0.engine = .stream
                $0.connections = 1
            } progress: { progress in
                guard progress.current.contains(where: { $0.contains("part 3 of 4") }) else {
                    return
                }
                isDead.withLock { isDead in
                    if !isDead { kill(shards[0]) }
                    isDead = true
                }
            }.report()
            let hasDied = isDead.withLock { $0 }
            #expect(hasDied)
            // What was asked by then has its answer.
            try expectSilence(
                of: "shard_1", in: broken,
                except: ["orders/references:event", "events/no-rows:negative"])

            for engine in [Engine.auto, .push, .both] {
                let report = try await audit(database, tables) {
                    $0.engine = engine
                    $0.connections = 2
                }
                try expectSilence(of: "shard_1", in: report)
            }
            var options = AuditOptions(target: database.target)
            options.engine = .auto
            let suite = try Suite(name: "tests", tables: tables, root: folderOfTests())
            let remarks = try await Doctor(suite: suite, options: options, localTime: 0).examine()
            let remark = try #require(remarks.first { $0.subject == "servers" })
            #expect(remark.grade == .problem)
            #expect(remarks.last?.sentence == "can be shared between connections")
            #expect(
                remark.sentence.hasPrefix(
                    "shard_1, where rows of public.events lie, cannot be read: connection to server"
                ))
            let plan = try await AuditRun(suite: suite, options: options, version: "test")
                .evaluationPlan()
            #expect(plan.map(\.leaves) == [4, 1, 1])
            #expect(plan.map(\.servers) == [["shard_1", "shard_2", "shard_3"], [], []])
            #expect(
                plan[0].remedyForSlowness == "ALTER SERVER shard_3 OPTIONS (ADD fetch_size '10000')"
            )
            #expect(
                plan[0].reason
                    == "other servers count its rows where they lie, and send the keys side by side"
            )
            #expect(plan[0].streamed.count == 2)
        }
    }

    @Test func `rows that a server has in partitions of its own are not taken for one another`()
        async throws
    {
        let setUp = """
            CREATE EXTENSION postgres_fdw;
            CREATE TABLE parts (id int, name text) PARTITION BY HASH (id);
            CREATE TABLE p0 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
            CREATE TABLE p1 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
            INSERT INTO parts SELECT i, nullif('n' || i / 2, 'n7') FROM generate_series(1, 100) i;
            CREATE VIEW seen AS SELECT * FROM parts;
            """
        try await withScratchDatabase(setUp: setUp) { database in
            let host = try #require(database.target.option("host"))
            let connection = try await database.connect()
            try await connection.script(
                """
                CREATE SERVER self FOREIGN DATA WRAPPER postgres_fdw
                    OPTIONS (host '\(host)', dbname '\(database.name)', fetch_size '1000');
                CREATE USER MAPPING FOR CURRENT_USER SERVER self OPTIONS (user 'postgres');
                CREATE FOREIGN TABLE far (id int, name text) SERVER self OPTIONS (table_name 'parts');
                CREATE FOREIGN TABLE farther (id int, name text) SERVER self OPTIONS (table_name 'seen');
                """)
            let names = ["parts", "far", "farther"]
            let tables = names.map { Self.table($0, [Unique(by: "name"), Required("name")]) }
            let report = try await audit(database, tables) { $0.engine = .stream }
            for name in names {
                let unique = try report.result("public.\(name)/unique:name")
                #expect(unique.measure == Measure(violations: 96, scope: 98, groups: 48))
                let required = try report.result("public.\(name)/required:name")
                #expect(required.measure?.violations == 2)
                #expect(required.rows == ["id 14", "id 15"])
            }
            #expect(report.engineNotes.count == 2)
            #expect(report.engineNotes.contains { $0.contains("were not found again") })
            #expect(report.engineNotes.contains { $0.contains("column") })
        }
    }

    // MARK: What is beside

    /// Runs `body` beside a database whose table `events` lies there and on three more servers.
    private func withShards(
        _ body: @Sendable (ScratchDatabase, [ThrowawayCluster]) async throws -> Void
    ) async throws {
        @Sendable func start(
            _ found: [ThrowawayCluster], _ body: @Sendable ([ThrowawayCluster]) async throws -> Void
        ) async throws {
            guard found.count < 3 else { return try await body(found) }
            try await withThrowawayCluster(
                sharedBuffers: "4MB", settings: ["log_statement": "all", "max_connections": "20"]
            ) { try await start(found + [$0], body) }
        }
        try await start([]) { shards in
            var setUp = """
                CREATE EXTENSION postgres_fdw;
                CREATE TABLE events (\(Self.columns)) PARTITION BY LIST (shard);
                CREATE TABLE events_0 PARTITION OF events FOR VALUES IN (0);
                """
            for (place, shard) in shards.enumerated() {
                let connection = try await Connection.connect(
                    to: shard.target, applicationName: "assay tests")
                // The columns in another order, and one that is gone.
                try await connection.script(
                    """
                    CREATE TABLE events (gone int, at timestamptz, n int, flag boolean, code varchar(20),
                        kind text, domain text, name text, shard int, id bigint);
                    ALTER TABLE events DROP COLUMN gone;
                    """)
                await connection.close()
                let number = place + 1
                let fetchSize = number < 3 ? ", fetch_size '1000'" : ""
                setUp += """
                    CREATE SERVER shard_\(number) FOREIGN DATA WRAPPER postgres_fdw
                        OPTIONS (host '\(shard.folder)', dbname 'postgres', batch_size '500'\(fetchSize));
                    CREATE USER MAPPING FOR CURRENT_USER SERVER shard_\(number) OPTIONS (user 'postgres');
                    CREATE FOREIGN TABLE events_\(number) PARTITION OF events FOR VALUES IN (\(number))
                        SERVER shard_\(number) OPTIONS (table_name 'events');
                    """
            }
            try await withScratchDatabase(setUp: setUp + Self.rows) { try await body($0, shards) }
        }
    }

    /// Ends a server as a crash would, and returns when it is gone.
    private func kill(_ shard: ThrowawayCluster) {
        guard let text = try? contents(of: "\(shard.folder)/data/postmaster.pid"),
            let pid = text.split(separator: "\n").first.flatMap({ pid_t($0) })
        else { return }
        Glibc.kill(pid, SIGQUIT)
        while Glibc.kill(pid, 0) == 0 { usleep(1_000) }
    }

    private func contents(of path: String) throws -> String {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 16 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    /// Expects that the leaves' servers aggregate what they can, as EXPLAIN shows.
    private func expectShipping(of tables: [Table], in database: ScratchDatabase) async throws {
        let connection = try await database.connect()
        let catalog = try await Catalog.read(from: connection)
        let suite = try Suite(name: "tests", tables: tables, root: folderOfTests())
        let plan = Plan(suite: suite, catalog: catalog)
        let options = AuditOptions(target: database.target)
        let worker = Worker(
            number: 0, connection: connection, plan: plan, catalog: catalog, options: options,
            ledger: Ledger(plan: plan), now: 0)
        let events = plan.tables[0]
        let leaf = try #require(events.leaves.firstIndex { $0.server?.name == "shard_2" })
        let own = plan.items.indices.filter { plan.items[$0].table == 0 }
        var shipped: [Int] = []
        for check in own {
            guard case .rows = plan.items[check].question else { continue }
            let statement = ScanStatement(checks: [check], items: plan.items)
            let ships = try await worker.ships(
                statement.expressions, from: events.source(ofLeaf: leaf))
            let id = plan.items[check].check.id
            let isLeftHere = id.hasSuffix("matches:class") || id.hasSuffix("shared-host:domain")
            #expect(ships != isLeftHere, "\(id)")
            if ships { shipped.append(check) }
        }
        let statement = ScanStatement(checks: shipped, items: plan.items)
        #expect(
            try await worker.ships(statement.expressions, from: events.source(ofLeaf: leaf)))
    }

    /// Expects that each check that needs a server is errored and names it, and that others have answers.
    private func expectSilence(
        of server: String, in report: AuditReport, except answered: Set<String> = []
    ) throws {
        let checks = [
            "events/unique:domain", "events/required:n", "events/key",
            "events/no-rows:negative", "orders/references:event",
        ]
        for check in checks where !answered.contains(check) {
            let result = try report.result("public.\(check)")
            #expect(result.outcome == .errored, "\(check)")
            #expect(result.measure == nil, "\(check)")
            #expect(
                result.trouble?.contains("foreign server \(server)") == true,
                "\(check): \(result.trouble ?? "")")
        }
        #expect(try report.result("public.orders/required:event").outcome == .passed)
        #expect(try report.result("public.whole/required:n").outcome == .passed)
        #expect(report.exitCode(failOn: .error) == 2)
    }
}
