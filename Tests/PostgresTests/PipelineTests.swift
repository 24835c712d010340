import AssayTesting
import Postgres
import Testing

/// Several statements for one wait.
@Suite(.timeLimit(.minutes(15))) struct PipelineTests {
    private static let store = "INSERT INTO t SELECT $1::int RETURNING id"

    @Test(arguments: [false, true])
    func `each statement has its answer, in order`(areKept: Bool) async throws {
        try await withScratchDatabase(setUp: "CREATE TABLE t (id int PRIMARY KEY)") { database in
            let connection = try await database.connect()
            for round in 0..<3 {
                let answers = try await connection.query(
                    [
                        BoundStatement("BEGIN"),
                        BoundStatement(Self.store, [String(round * 2)]),
                        BoundStatement(Self.store, [String(round * 2 + 1)]),
                        BoundStatement("SELECT count(*), $1::text FROM t", [nil]),
                        BoundStatement("COMMIT"),
                    ], keeping: areKept)
                #expect(answers.map(\.count) == [0, 1, 1, 1, 0])
                #expect(answers[2].scalar == String(round * 2 + 1))
                #expect(answers[3][0, 0] == String(round * 2 + 2) && answers[3][0, 1] == nil)
            }
            let kept = try await connection.query("SELECT count(*) FROM pg_prepared_statements")
            #expect(kept.scalar == (areKept ? "4" : "0"))
            #expect(try await connection.query([]).isEmpty)
        }
    }

    @Test(arguments: [false, true])
    func `none after the first that fails is run`(areKept: Bool) async throws {
        try await withScratchDatabase(setUp: "CREATE TABLE t (id int PRIMARY KEY)") { database in
            let connection = try await database.connect()
            for _ in 0..<2 {
                let error = try await postgresError {
                    _ = try await connection.query(
                        [
                            BoundStatement("BEGIN"), BoundStatement(Self.store, ["1"]),
                            BoundStatement(Self.store, ["1"]), BoundStatement("COMMIT"),
                        ], keeping: areKept)
                }
                #expect(error.sqlState == .uniqueViolation)
                #expect(await connection.isInTransaction)
                try await connection.rollback()
                #expect(try await connection.query("SELECT FROM t").isEmpty)
            }
            // Without BEGIN they are one transaction, too.
            let error = try await postgresError {
                _ = try await connection.query(
                    [BoundStatement(Self.store, ["1"]), BoundStatement(Self.store, ["1"])],
                    keeping: areKept)
            }
            #expect(error.sqlState == .uniqueViolation)
            #expect(try await connection.query("SELECT FROM t").isEmpty)
        }
    }

    @Test func `statements that a pooler mixes up are kept no more`() async throws {
        try await withScratchDatabase(setUp: "CREATE TABLE t (id int PRIMARY KEY)") { database in
            let connection = try await database.connect()
            let statements = [BoundStatement(Self.store, ["1"])]
            _ = try await connection.query(statements, keeping: true)
            // The way it looks when the next transaction is run by another process of the server.
            try await connection.execute("DEALLOCATE ALL")
            let error = try await postgresError {
                _ = try await connection.query([BoundStatement(Self.store, ["2"])], keeping: true)
            }
            #expect(error.sqlState == .undefinedStatement)
            #expect(await !connection.keepsStatements)
            _ = try await connection.query([BoundStatement(Self.store, ["2"])], keeping: true)
            #expect(try await connection.query("SELECT count(*) FROM t").scalar == "2")
        }
    }

    @Test func `a pipeline ends when its time is over, and the connection goes on`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            let error = try await postgresError {
                _ = try await connection.query(
                    [BoundStatement("SELECT 1"), BoundStatement("SELECT pg_sleep(60)")],
                    deadline: .milliseconds(100))
            }
            #expect(error.code == .deadlineExceeded)
            #expect(try await connection.query([BoundStatement("SELECT 2")])[0].scalar == "2")
        }
    }

    @Test func `rows larger than the socket holds go both ways`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            let long = String(repeating: "x", count: 3_000_000)
            let answers = try await connection.query(
                (0..<4).map { BoundStatement("SELECT $1::text || '\($0)'", [long]) })
            #expect(answers.map { $0.scalar?.utf8.count } == Array(repeating: 3_000_001, count: 4))
        }
    }
}
