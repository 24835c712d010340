import AssayTesting
import Glibc
import Postgres
import Testing

/// Deadlines, cancellation and lost connections.
@Suite(.timeLimit(.minutes(15))) struct EndingTests {
    @Test func `a deadline ends a statement and keeps the connection`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            let error = try await postgresError {
                _ = try await connection.query("SELECT pg_sleep(600)", deadline: .milliseconds(200))
            }
            #expect(error.code == .deadlineExceeded)
            #expect(try await connection.query("SELECT 1", deadline: .seconds(10)).scalar == "1")
        }
    }

    @Test func `a deadline ends a stream that never pauses`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            let error = try await postgresError {
                try await connection.stream(
                    "SELECT generate_series(1, 1000000000)", deadline: .milliseconds(300)
                ) { _ in }
            }
            #expect(error.code == .deadlineExceeded)
            #expect(try await connection.query("SELECT 1").scalar == "1")
        }
    }

    @Test func `a deadline ends the sending of a large binding to a server that does not read`()
        async throws
    {
        try await withStoppedBackend { connection in
            let large = String(repeating: "x", count: 16 << 20)
            let error = try await postgresError {
                _ = try await connection.query(
                    "SELECT length($1)", [large], deadline: .milliseconds(300))
            }
            #expect(error.code == .deadlineExceeded)
        }
    }

    @Test func `a deadline ends a COPY into a server that stops reading`() async throws {
        try await withCluster { connection in
            let pid = pid_t(connection.backendPID)
            defer { kill(pid, SIGCONT) }
            let error = try await postgresError {
                try await connection.copyIn("COPY t FROM STDIN", deadline: .milliseconds(300)) {
                    writer in
                    kill(pid, SIGSTOP)
                    while true { try writer.write([UInt8](repeating: 10, count: 1 << 20)) }
                }
            }
            #expect(error.code == .deadlineExceeded)
        }
    }

    @Test func `a server that does not answer costs the connection, not the caller`() async throws {
        try await withStoppedBackend { connection in
            let error = try await postgresError {
                _ = try await connection.query("SELECT 1", deadline: .milliseconds(200))
            }
            #expect(error.code == .deadlineExceeded)
            let next = try await postgresError { _ = try await connection.query("SELECT 1") }
            #expect(next.code == .connectionLost)
            #expect("\(next)".contains("cancel request"))
        }
    }

    @Test func `a cancelled task ends its statement and keeps the connection`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            let task = Task { try await connection.query("SELECT pg_sleep(600)") }
            try await waitForActivity("pg_sleep(600)", in: database)
            task.cancel()
            let error = try await postgresError { _ = try await task.value }
            #expect(error.code == .cancelled && error.isCancelled)
            #expect(try await connection.query("SELECT 1").scalar == "1")
        }
    }

    @Test func `a task that was cancelled before sends nothing`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            try await connection.script("CREATE TABLE t (id int)")
            let error = try await postgresError {
                try await Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    _ = try await connection.execute("INSERT INTO t VALUES (1)")
                }.value
            }
            #expect(error.code == .cancelled)
            #expect(try await connection.query("SELECT count(*) FROM t").scalar == "0")
        }
    }

    @Test func `cancel reaches a statement from another task, and hits none after it`() async throws
    {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            for _ in 0..<20 {
                let slow = Task { try await connection.query("SELECT pg_sleep(600)") }
                try await waitForActivity("pg_sleep(600)", in: database)
                connection.cancel()
                let error = try await postgresError { _ = try await slow.value }
                #expect(error.code == .cancelled)
                for _ in 0..<20 {
                    #expect(try await connection.query("SELECT 1").scalar == "1")
                    connection.cancel()
                }
            }
        }
    }

    @Test func `a server that ends the session is a lost connection, now and later`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            let other = try await database.connect()
            let slow = Task { try await connection.query("SELECT pg_sleep(600)") }
            try await waitForActivity("pg_sleep(600)", in: database)
            try await other.execute("SELECT pg_terminate_backend($1)", ["\(connection.backendPID)"])
            let error = try await postgresError { _ = try await slow.value }
            #expect(error.code == .connectionLost && error.isConnectionLoss)
            #expect(error.sqlState == "57P01")
            let next = try await postgresError { _ = try await connection.query("SELECT 1") }
            #expect(next.code == .connectionLost)
            #expect("\(next)".contains("administrator command"))
        }
    }

    @Test func `a session that ended while nothing ran is a lost connection`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            let other = try await database.connect()
            try await other.execute("SELECT pg_terminate_backend($1)", ["\(connection.backendPID)"])
            while kill(pid_t(connection.backendPID), 0) == 0 {
                try await Task.sleep(for: .milliseconds(5))
            }
            let error = try await postgresError { _ = try await connection.query("SELECT 1") }
            #expect(error.code == .connectionLost)
        }
    }

    @Test func `a closed connection says so`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            await connection.close()
            await connection.close()
            let error = try await postgresError { _ = try await connection.query("SELECT 1") }
            #expect(error.code == .connectionLost)
            #expect("\(error)" == "the connection was closed")
        }
    }

    @Test func `a connection that nobody holds closes itself`() async throws {
        try await withScratchDatabase { database in
            var connection: Connection? = try await database.connect()
            let pid = try #require(connection?.backendPID)
            _ = try await connection?.query("SELECT 1")
            connection = nil
            while kill(pid_t(pid), 0) == 0 { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    /// Stops the server process of a connection, as a hung machine would.
    private func withStoppedBackend(_ body: (Connection) async throws -> Void) async throws {
        try await withCluster { connection in
            let pid = pid_t(connection.backendPID)
            try #require(kill(pid, SIGSTOP) == 0)
            defer { kill(pid, SIGCONT) }
            try await body(connection)
        }
    }

    /// A server of its own: one stopped process holds up all that create or drop databases.
    private func withCluster(_ body: (Connection) async throws -> Void) async throws {
        try await withThrowawayCluster { cluster in
            let connection = try await Connection.connect(
                to: cluster.target, applicationName: "assay tests")
            try await connection.script("CREATE TABLE t (id text)")
            try await body(connection)
        }
    }

    private func waitForActivity(_ text: String, in database: ScratchDatabase) async throws {
        let observer = try await database.connect()
        while try await observer.query(
            "SELECT FROM pg_stat_activity WHERE query LIKE '%' || $1 AND state = 'active' AND pid <> "
                + "pg_backend_pid() AND datname = current_database()", [text]
        ).isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    }
}
