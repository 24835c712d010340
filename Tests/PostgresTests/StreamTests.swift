import AssayTesting
import Postgres
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(15))) struct StreamTests {
    private struct Refusal: Error {}

    @Test func `a hundred thousand rows come in batches, each once and in order`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            let seen = try await connection.stream(
                "SELECT n, CASE WHEN n % 3 <> 0 THEN 'v' || n END FROM generate_series(1, $1) n",
                ["100000"], batch: 1000, into: (rows: 0, batches: 0, nulls: 0, inOrder: true)
            ) { state, rows in
                for row in rows {
                    state.rows += 1
                    state.inOrder = state.inOrder && row[0] == "\(state.rows)"
                    if row[1] == nil { state.nulls += 1 }
                }
                state.batches += 1
            }
            #expect(seen.rows == 100_000 && seen.inOrder)
            #expect(seen.nulls == 33_333)
            #expect(seen.batches == 100)
        }
    }

    @Test func `wide rows make small batches`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            let largest = try await connection.stream(
                "SELECT repeat('x', 50000) FROM generate_series(1, 100)", into: 0
            ) { largest, rows in largest = max(largest, rows.count) }
            #expect(largest == 2)
        }
    }

    @Test func `a batch that is kept is not written over`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            let kept = try await connection.stream(
                "SELECT n FROM generate_series(1, 30) n", batch: 10, into: [Rows]()
            ) { $0.append($1) }
            #expect(kept.map { $0[0][0] } == ["1", "11", "21"])
        }
    }

    @Test func `an error of the caller ends the stream and leaves the connection usable`()
        async throws
    {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            await #expect(throws: Refusal.self) {
                try await connection.stream("SELECT generate_series(1, 100000000)") { _ in
                    throw Refusal()
                }
            }
            #expect(try await connection.query("SELECT 1").scalar == "1")
        }
    }

    @Test func `an error halfway comes out after the rows before it`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            let count = Mutex(0)
            let error = try await postgresError {
                _ = try await connection.stream(
                    "SELECT 1 / (5000 - n) FROM generate_series(1, 9000) n"
                ) { rows in
                    count.withLock { $0 += rows.count }
                }
            }
            #expect(SQLState("22012") ~= error)
            #expect(count.withLock { $0 } == 4000)
            #expect(try await connection.query("SELECT 1").scalar == "1")
        }
    }

    @Test(arguments: ["text", "binary"])
    func `what COPY brings out, COPY takes in`(format: String) async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            try await connection.script(
                """
                CREATE TABLE a (id int, name text);
                CREATE TABLE b (LIKE a);
                INSERT INTO a SELECT n, CASE WHEN n % 7 <> 0 THEN repeat('é\\"', n % 50) END
                FROM generate_series(1, 50000) n
                """)
            let bytes = try await connection.copyOut(
                "COPY a TO STDOUT (FORMAT \(format))", into: [UInt8]()
            ) { bytes, chunk in
                for index in chunk.indices { bytes.append(chunk[index]) }
            }
            let count = try await connection.copyIn("COPY b FROM STDIN (FORMAT \(format))") {
                writer in
                // Cut anywhere: rows need not be whole.
                var start = 0
                while start < bytes.count {
                    let end = min(start + 77_777, bytes.count)
                    try writer.write(Array(bytes[start..<end]))
                    start = end
                }
            }
            #expect(count == 50_000)
            let difference = try await connection.query(
                "SELECT count(*) FROM (TABLE a EXCEPT ALL TABLE b) d")
            #expect(difference.scalar == "0")
        }
    }

    @Test func `a COPY that is given up leaves nothing behind`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            try await connection.script("CREATE TABLE t (id int)")
            await #expect(throws: Refusal.self) {
                try await connection.copyIn("COPY t FROM STDIN") { writer in
                    try writer.write("1\n2\n")
                    throw Refusal()
                }
            }
            let error = try await postgresError {
                _ = try await connection.copyIn("COPY t FROM STDIN") { try $0.write("1\nabc\n") }
            }
            #expect(SQLState("22P02") ~= error)
            await #expect(throws: Refusal.self) {
                try await connection.copyOut(
                    "COPY (SELECT generate_series(1, 100000000)) TO STDOUT"
                ) { _ in
                    throw Refusal()
                }
            }
            #expect(try await connection.query("SELECT count(*) FROM t").scalar == "0")
        }
    }

    @Test func `COPY where a query is expected is refused, and the other way round`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            try await connection.script("CREATE TABLE t (id int)")
            for sql in ["COPY t FROM STDIN", "COPY (SELECT generate_series(1, 10000)) TO STDOUT"] {
                await #expect(throws: PostgresError.self) { try await connection.query(sql) }
                await #expect(throws: PostgresError.self) { try await connection.script(sql) }
            }
            await #expect(throws: PostgresError.self) {
                try await connection.copyOut("SELECT 1") { _ in }
            }
            await #expect(throws: PostgresError.self) {
                try await connection.copyIn("SELECT 1") { _ in }
            }
            #expect(try await connection.query("SELECT 1").scalar == "1")
        }
    }

    @Test func `memory is flat over a thousand results`() async throws {
        // In a process of its own: other tests allocate at the same time.
        await #expect(processExitsWith: .success) {
            try await withScratchDatabase { database in
                let connection = try await database.connect()
                func run(_ times: Int) async throws {
                    for _ in 0..<times {
                        _ = try await connection.query(
                            "SELECT repeat('x', 1000) FROM generate_series(1, 100)")
                        _ = try? await connection.query("SELECT 1 / 0")
                    }
                }
                try await run(200)
                let before = try residentPages()
                try await run(1000)
                // A leak of every result would be 25,000 pages.
                try #require(try residentPages() - before < 2_000)
            }
        }
    }
}
