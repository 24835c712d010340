import AssayTesting
import Postgres
import Testing

@Suite(.timeLimit(.minutes(15))) struct StatementTests {
    @Test func `bindings arrive as they are, nulls and quotes and all`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            let texts = ["", "O'Neil \"x\" \\ $1 %s", "é\u{301} 日本 🦉", "\t\n\r\u{1}", nil]
            let rows = try await connection.query(
                "SELECT $1::text AS a, $2::text AS b, $3::text AS c, $4::text AS d, $5::text AS e",
                texts)
            #expect(rows.count == 1)
            #expect(rows.columns == ["a", "b", "c", "d", "e"])
            #expect((0..<5).map { rows[0, $0] } == texts)
            #expect(rows[0]["e"] == nil)
        }
    }

    @Test func `the server infers the types of bindings`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            let rows = try await connection.query(
                "SELECT 41 + $1 AS sum, relname FROM pg_class WHERE oid = $2", ["1", "1259"])
            #expect(rows[0].int("sum") == 42)
            #expect(rows[0]["relname"] == "pg_class")
        }
    }

    @Test func `a NUL byte is refused and not cut`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            let error = try await postgresError {
                _ = try await connection.query("SELECT $1::text", ["a\0b"])
            }
            #expect(error.code == .misuse)
            #expect(throws: PostgresError.self) { try connection.quoted("a\0b") }
        }
    }

    @Test func `affected rows are counted, and a result without rows has its columns`() async throws
    {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            try await connection.script("CREATE TABLE t (id int); SELECT 1;")
            let count = try await connection.execute("INSERT INTO t SELECT generate_series(1, 7)")
            #expect(count == 7)
            #expect(try await connection.execute("DELETE FROM t WHERE id > $1", ["4"]) == 3)
            let rows = try await connection.query("SELECT id FROM t WHERE false")
            #expect(rows.isEmpty && rows.columns == ["id"])
            #expect(try await connection.query("SELECT FROM t").count == 4)
            #expect(try await connection.query("").isEmpty)
        }
    }

    @Test func `thousands of bindings, of megabytes`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            let large = String(repeating: "abcdefgh", count: 1 << 20)
            let length = try await connection.query("SELECT length($1)", [large]).scalar
            #expect(length == "8388608")
            let many = (1...5000).map { "($\($0)::int)" }.joined(separator: ",")
            let sum = try await connection.query(
                "SELECT sum(n) FROM (VALUES \(many)) v (n)", (1...5000).map { "\($0)" })
            #expect(sum.scalar == "12502500")
        }
    }

    @Test func `describing a statement does not run it`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            try await connection.script("CREATE TABLE t (id int, name text)")
            let insert = try await connection.describe(
                "INSERT INTO t VALUES ($1, $2) RETURNING name, id AS number")
            #expect(insert.parameterTypeOIDs == [23, 25])
            #expect(insert.columns.map(\.name) == ["name", "number"])
            #expect(insert.columns.map(\.typeOID) == [25, 23])
            #expect(try await connection.query("SELECT count(*) FROM t").scalar == "0")
            let error = try await postgresError {
                _ = try await connection.describe("SELECT nothing FROM t")
            }
            #expect(SQLState.undefinedColumn ~= error)
            #expect(try await connection.query("SELECT 1").scalar == "1")
        }
    }

    @Test func `statements of several tasks take turns`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            let sum = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 1...200 {
                    group.addTask {
                        try await connection.query("SELECT $1::int AS n", ["\(number)"])[0].int("n")
                            ?? 0
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(sum == 20_100)
        }
    }

    @Test(arguments: [
        "plain", "Mixed Case", "with \"quotes\"", "semi;colon--", "日本語", "a\u{301}\"\u{301}",
        "\\back'tick",
        String(repeating: "x", count: 63), String(repeating: "é", count: 31),
    ])
    func `an identifier comes back as it went in`(name: String) async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            let quoted = try connection.quoted(name)
            try await connection.script("CREATE TABLE \(quoted) (\(quoted) int)")
            let stored = try await connection.query(
                "SELECT relname FROM pg_class WHERE oid = $1::regclass", [quoted])
            #expect(stored.scalar?.utf8.elementsEqual(name.utf8) == true)
            let literal = try connection.quotedLiteral(name)
            for setting in ["on", "off"] {
                try await connection.script("SET standard_conforming_strings = \(setting)")
                let text = try await connection.query("SELECT \(literal)").scalar
                #expect(text?.utf8.elementsEqual(name.utf8) == true)
            }
        }
    }

    @Test func `a name that the server would cut is refused`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            #expect(throws: PostgresError.self) { try connection.quoted("") }
            #expect(throws: PostgresError.self) {
                try connection.quoted(String(repeating: "x", count: 64))
            }
        }
    }

    @Test func `notices are kept, the last hundred of them`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            try await connection.script("DROP TABLE IF EXISTS nowhere")
            let notices = await connection.takeNotices()
            #expect(
                notices.map(\.description) == ["NOTICE: table \"nowhere\" does not exist, skipping"]
            )
            #expect(await connection.takeNotices().isEmpty)
            try await connection.script(
                "DO $$ BEGIN FOR i IN 1..150 LOOP RAISE WARNING 'no %', i; END LOOP; END $$")
            let last = await connection.takeNotices()
            #expect(last.count == 100)
            #expect(last.first?.message == "no 51" && last.last?.severity == "WARNING")
        }
    }
}
