import Assay
import AssayTesting
@testable import Auditor
import Postgres
import Streams
import Testing

/// Rows that share the hash of their key are read again by whoever has nothing else to do.
@Suite(.timeLimit(.minutes(15))) struct RereadingTests {
    private static let grouping = Stream.Grouping(
        check: 0, limit: 1, columns: [],
        program: StreamProgram(
            slots: 2, forms: [], groupings: [.init(scope: .always, key: [.text(1)])]))

    @Test func `who comes early waits for parts, and who comes late for those under way`()
        async throws
    {
        let parts = SharedParts<String, [String]>([])
        async let early = parts.next()
        await parts.add("early")
        #expect(await early == "early")
        await parts.add("late")
        await parts.close()
        #expect(await parts.next() == "late")
        #expect(await parts.next() == nil)
        async let outcome = parts.soFar()
        await parts.end { $0.append("first") }
        await parts.end { $0.append("second") }
        #expect(try await outcome == ["first", "second"])
    }

    @Test func `a part that cannot be read is told to who found the rows, and ends the others`()
        async throws
    {
        let parts = SharedParts<String, Int>(0)
        await parts.add("one")
        #expect(await parts.next() == "one")
        async let waiting = parts.next()
        await parts.fail("the wire was cut")
        #expect(await waiting == nil)
        await parts.add("another")
        #expect(await parts.next() == nil)
        let failure = await #expect(throws: SharedParts<String, Int>.Failure.self) {
            try await parts.soFar()
        }
        #expect(failure?.description == "the wire was cut")
    }

    @Test func `a place that is not that of one row leaves no groups`() async throws {
        let job = Rereading(Self.grouping, table: 0, shown: 5)
        let nothing = Shared(ExactGroups(Self.grouping.program, limit: 1, shown: 0).batch())
        await job.parts.add(.init(places: [RowPlace(block: 1, offset: 1)]))
        let part = try #require(await job.parts.next())
        await job.parts.end { $0.add(nothing.value, rows: part.count) }
        #expect(try await job.groups() == nil)
    }

    @Test func `who finds no work waits for what others bring`() async throws {
        let setUp = "CREATE TABLE rows AS SELECT 1 AS id, ' ' AS name;"
        try await withScratchDatabase(setUp: setUp) { database in
            let catalog = try await Catalog.read(from: database.connect())
            let suite = try Suite(
                name: "tests", tables: [EngineTests.table([Required("name")])],
                root: folderOfTests())
            let plan = Plan(suite: suite, catalog: catalog)
            let works = plan.works
            let ledger = Ledger(plan: plan)
            func next(_ worker: Int) async -> Bool {
                await ledger.next(for: worker) { plan.label($0) } != nil
            }
            for _ in works { #expect(await next(1)) }
            async let second = next(2)
            await ledger.add([works[0]])
            #expect(await second)
            // When nobody is at work any more, nobody waits.
            async let first = next(1)
            async let third = next(3)
            await ledger.leave(2)
            #expect(await !first)
            #expect(await !third)
        }
    }

    @Test func `groups in many parts are the same ones over several connections`() async throws {
        let setUp = """
            CREATE TABLE rows AS SELECT i AS id, CASE WHEN i % 5 = 0 THEN 'e' || i / 10 ELSE 'd' || i END || '.com' AS domain
            FROM generate_series(1, 300000) i;
            ANALYZE;
            """
        let table = EngineTests.table([
            Unique(by: "domain"), Unique(by: .normalized("domain", as: .domain)),
        ])
        try await withScratchDatabase(setUp: setUp) { database in
            let reports = try await [Engine.push, .stream].asyncMap { engine in
                try await audit(database, [table]) {
                    $0.engine = engine
                    $0.connections = 3
                    $0.samples = 9
                }
            }
            #expect(reports[1].engineNotes.isEmpty)
            #expect(reports[0].results.map(\.measure) == reports[1].results.map(\.measure))
            #expect(reports[0].results.map(\.samples) == reports[1].results.map(\.samples))
            let shared = try reports[1].result("unique:domain").measure?.violations ?? 0
            #expect(shared > 2 * Worker.rowsAtOnce)
        }
    }
}
