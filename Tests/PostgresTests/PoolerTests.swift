import AssayTesting
import Glibc
import Postgres
import Testing

/// pgbouncer lends a server's session for one transaction only, and shares few among many.
@Suite(
    .timeLimit(.minutes(15)),
    .enabled("pgbouncer is not installed") { access("/usr/sbin/pgbouncer", X_OK) == 0 })
struct PoolerTests {
    @Test func `queries, descriptions, snapshots and COPY go through a pooler`() async throws {
        try await withScratchDatabase(setUp: "CREATE TABLE t AS SELECT 1 AS id") { database in
            try await withPooler { target in
                let pooled = target.with("dbname", database.name)
                let first = try await Connection.connect(to: pooled, applicationName: "one")
                let second = try await Connection.connect(to: pooled, applicationName: "two")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 1...100 {
                        group.addTask {
                            let connection = number.isMultiple(of: 2) ? first : second
                            let sum = try await connection.query(
                                "SELECT $1::int + 1", ["\(number)"])
                            #expect(sum.scalar == "\(number + 1)")
                            let description = try await connection.describe(
                                "SELECT id FROM t WHERE id = $1")
                            #expect(description.parameterTypeOIDs == [23])
                        }
                    }
                    try await group.waitForAll()
                }
                try await first.begin(.repeatableReadReadOnly)
                let snapshot = try await first.exportSnapshot()
                try await database.script("INSERT INTO t VALUES (2)")
                try await second.begin(.repeatableReadReadOnly)
                try await second.adopt(snapshot: snapshot)
                #expect(try await second.query("SELECT count(*) FROM t").scalar == "1")
                let catalog = try await Catalog.read(from: second)
                #expect(catalog.relation(schema: "public", name: "t")?.columns.count == 1)
                try await second.commit()
                try await first.commit()
                #expect(try await first.copyIn("COPY t FROM STDIN") { try $0.write("3\n4\n") } == 2)
                let late = try await postgresError {
                    _ = try await first.query("SELECT pg_sleep(600)", deadline: .milliseconds(200))
                }
                #expect(late.code == .deadlineExceeded)
                #expect(try await first.query("SELECT count(*) FROM t").scalar == "4")
            }
        }
    }

    @Test
    func `kept statements that a pooler mixes up end in an error, never in another statement`()
        async throws
    {
        try await withScratchDatabase { database in
            try await withPooler { target in
                let pooled = target.with("dbname", database.name)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for client in 1...4 {
                        group.addTask {
                            let connection = try await Connection.connect(
                                to: pooled, applicationName: "client \(client)")
                            for number in 1...25 {
                                let statements = [
                                    BoundStatement("BEGIN"),
                                    BoundStatement("SELECT $1::int * \(client)", ["\(number)"]),
                                    BoundStatement("COMMIT"),
                                ]
                                do throws(PostgresError) {
                                    let answers = try await connection.query(
                                        statements, keeping: true)
                                    #expect(answers[1].scalar == "\(number * client)")
                                } catch {
                                    #expect(
                                        error.sqlState == .undefinedStatement
                                            || error.sqlState == .duplicateStatement)
                                    #expect(await !connection.keepsStatements)
                                    if await connection.isInTransaction {
                                        try await connection.rollback()
                                    }
                                }
                            }
                            await connection.close()
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }

    /// Starts pgbouncer in transaction mode, with two sessions to share, beside the tests' server.
    private func withPooler(_ body: (DatabaseTarget) async throws -> Void) async throws {
        let server = try #require(try testServer().option("host"))
        var template = Array("/tmp/assay-pool-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let folder = String(
            decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        let script = """
            cd \(folder)
            cat > pool.ini <<END
            [databases]
            * = host=\(server) port=5432 user=postgres
            [pgbouncer]
            listen_addr =
            listen_port = 6432
            unix_socket_dir = \(folder)
            auth_type = any
            pool_mode = transaction
            default_pool_size = 2
            END
            drop=
            if [ "$(id -u)" = 0 ]; then
                chown -R postgres .
                drop='setpriv --reuid=postgres --regid=postgres --clear-groups'
            fi
            $drop /usr/sbin/pgbouncer pool.ini >log 2>&1 </dev/null &
            pooler=$!
            cat >/dev/null
            kill $pooler; wait $pooler; rm -rf \(folder)
            """
        // It lives until its input ends, be it by our death.
        let process = try #require(popen(script, "w"))
        defer { pclose(process) }
        while access("\(folder)/.s.PGSQL.6432", F_OK) != 0 {
            try await Task.sleep(for: .milliseconds(5))
        }
        try await body(DatabaseTarget("host=\(folder) port=6432 user=postgres"))
    }
}
