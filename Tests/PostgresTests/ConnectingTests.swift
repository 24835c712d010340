import AssayTesting
import Glibc
import Postgres
import Testing

@Suite(.timeLimit(.minutes(15))) struct ConnectingTests {
    @Test func `what is known of the server is known at once`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            #expect(connection.serverVersion >= 130_000)
            #expect(connection.parameter("server_encoding") == "UTF8")
            #expect(connection.parameter("client_encoding") == "UTF8")
            #expect(connection.parameter("application_name") == "assay tests")
            #expect(connection.parameter("is_superuser") == "on")
            #expect(connection.parameter("nonsense") == nil)
            #expect(connection.database == database.name && !connection.usesSSL)
            let pid = try await connection.query("SELECT pg_backend_pid()").scalar
            #expect(pid == "\(connection.backendPID)")
        }
    }

    @Test func `a server that takes the connection and says nothing is given up in time`()
        async throws
    {
        let server = try SilentServer()
        let target = try DatabaseTarget(
            "host=127.0.0.1 port=\(server.port) dbname=d password=hunter2")
        let error = try await postgresError {
            _ = try await Connection.connect(
                to: target, applicationName: "t", timeout: .milliseconds(200))
        }
        #expect(error.code == .deadlineExceeded)
        #expect("\(error)" == "host=127.0.0.1 port=\(server.port) dbname=d did not answer in time")
    }

    @Test func `connecting ends with its task`() async throws {
        let server = try SilentServer()
        let target = try DatabaseTarget("host=127.0.0.1 port=\(server.port)")
        let task = Task {
            try await Connection.connect(to: target, applicationName: "t", timeout: .seconds(600))
        }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        let error = try await postgresError { _ = try await task.value }
        #expect(error.code == .cancelled)
    }

    @Test(arguments: [
        "host=no-such-host.invalid", "host=/no/such/folder", "host=127.0.0.1 port=1",
        "service=no-such-service",
    ])
    func `a place where no server is`(conninfo: String) async throws {
        let target = try DatabaseTarget(conninfo).with("password", "hunter2")
        let error = try await postgresError {
            _ = try await Connection.connect(
                to: target, applicationName: "t", timeout: .seconds(30))
        }
        #expect(error.code == .connectionFailed && error.isConnectionLoss)
        #expect(!everythingShown(of: error).contains("hunter2"))
        #expect(!"\(error)".contains("\n"))
    }

    @Test func `passwords: wrong, missing, given, and from a password file`() async throws {
        try await withThrowawayCluster(password: "correct horse") { cluster in
            let connection = try await Connection.connect(to: cluster.target, applicationName: "t")
            #expect(try await connection.query("SELECT 1").scalar == "1")

            let wrong = try await postgresError {
                let target = cluster.target.with("password", "hunter2")
                _ = try await Connection.connect(to: target, applicationName: "t")
            }
            #expect(wrong.code == .connectionFailed)
            #expect("\(wrong)".contains("password authentication failed for user \"postgres\""))
            #expect(!everythingShown(of: wrong).contains("hunter2"))

            let base = try DatabaseTarget(
                "host=\(cluster.folder) port=5432 user=postgres dbname=postgres")
            let missing = try await postgresError {
                _ = try await Connection.connect(
                    to: base.with("passfile", "/dev/null"), applicationName: "t")
            }
            #expect(missing.hint?.contains(".pgpass") == true)

            try await withSecretFile("*:*:*:postgres:correct horse\n") { path in
                let target = base.with("passfile", path)
                let connection = try await Connection.connect(to: target, applicationName: "t")
                #expect(try await connection.query("SELECT 1").scalar == "1")
                #expect(!everythingShown(of: target).contains(path))
            }
        }
    }

    @Test func `a service file names the database`() async throws {
        // In a process of its own: libpq reads the file's path from the environment.
        await #expect(processExitsWith: .success) {
            try await withScratchDatabase { database in
                let host = try #require(try testServer().option("host"))
                let text = "[shop]\nhost=\(host)\nuser=postgres\ndbname=\(database.name)\n"
                try await withSecretFile(text) { path in
                    setenv("PGSERVICEFILE", path, 1)
                    unsetenv("PGDATABASE")
                    let target = try DatabaseTarget("service=shop")
                    let connection = try await Connection.connect(to: target, applicationName: "t")
                    try #require(connection.database == database.name)
                }
            }
        }
    }

    @Test func `an empty target is the environment's`() async throws {
        let connection = try await Connection.connect(to: DatabaseTarget(""), applicationName: "t")
        #expect(connection.database == "postgres")
    }
}
