import AssayTesting
import Postgres
import Testing

@Suite(.timeLimit(.minutes(15))) struct TransactionTests {
    private struct Refusal: Error {}

    @Test func `an exported snapshot shows the same to all who adopt it`() async throws {
        try await withScratchDatabase(setUp: "CREATE TABLE t AS SELECT 1 AS id") { database in
            let (first, second, writer) = (
                try await database.connect(), try await database.connect(),
                try await database.connect()
            )
            try await first.begin(.repeatableReadReadOnly)
            let snapshot = try await first.exportSnapshot()
            try await writer.execute("INSERT INTO t VALUES (2)")
            try await second.begin(.repeatableReadReadOnly)
            try await second.adopt(snapshot: snapshot)
            #expect(try await second.query("SELECT count(*) FROM t").scalar == "1")
            #expect(try await first.query("SELECT count(*) FROM t").scalar == "1")
            try await second.commit()
            #expect(try await second.query("SELECT count(*) FROM t").scalar == "2")
            let unknown = try await postgresError { try await second.adopt(snapshot: "no'such") }
            #expect(unknown.code == .server)
        }
    }

    @Test func `a transaction commits what returns and undoes what throws`() async throws {
        try await withScratchDatabase(setUp: "CREATE TABLE t (id int)") { database in
            let connection = try await database.connect()
            try await connection.transaction(.readWrite) { connection in
                try await connection.execute("INSERT INTO t VALUES (1)")
                let isOpen = connection.isInTransaction
                #expect(isOpen)
            }
            await #expect(throws: Refusal.self) {
                try await connection.transaction(.serializable) { connection in
                    try await connection.execute("INSERT INTO t VALUES (2)")
                    throw Refusal()
                }
            }
            #expect(try await connection.query("SELECT sum(id) FROM t").scalar == "1")
            #expect(await !connection.isInTransaction)
        }
    }

    @Test func `a commit that the server turns into a rollback is an error`() async throws {
        try await withScratchDatabase(setUp: "CREATE TABLE t (id int)") { database in
            let connection = try await database.connect()
            let error = try await postgresError {
                try await connection.transaction(.readWrite) { connection in
                    try await connection.execute("INSERT INTO t VALUES (1)")
                    _ = try? await connection.query("SELECT 1 / 0")
                }
            }
            #expect(error.sqlState == .inFailedTransaction)
            #expect(try await connection.query("SELECT count(*) FROM t").scalar == "0")
        }
    }

    @Test func `a cancelled transaction is undone and the connection is usable`() async throws {
        try await withScratchDatabase(setUp: "CREATE TABLE t (id int)") { database in
            let connection = try await database.connect()
            let task = Task {
                try await connection.transaction(.readWrite) { connection in
                    try await connection.execute("INSERT INTO t VALUES (1)")
                    _ = try await connection.query("SELECT pg_sleep(600)")
                }
            }
            try await Task.sleep(for: .milliseconds(200))
            task.cancel()
            let error = try await postgresError { _ = try await task.value }
            #expect(error.code == .cancelled)
            #expect(await !connection.isInTransaction)
            #expect(try await connection.query("SELECT count(*) FROM t").scalar == "0")
        }
    }

    @Test(arguments: [TransactionMode.readOnly, .repeatableReadReadOnly])
    func `a read-only transaction refuses to write`(mode: TransactionMode) async throws {
        try await withScratchDatabase(setUp: "CREATE TABLE t (id int)") { database in
            let connection = try await database.connect()
            let error = try await postgresError {
                try await connection.transaction(mode) { connection in
                    _ = try await connection.execute("INSERT INTO t VALUES (1)")
                }
            }
            #expect(error.sqlState == "25006")
        }
    }
}
