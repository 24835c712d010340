import Assay
import AssayTesting
@testable import Auditor
import Glibc
import Postgres
import Testing

/// Audits through a pooler and on a replica.
@Suite(.timeLimit(.minutes(15))) struct TopologyTests {
    private static let fixture = """
        CREATE TABLE companies AS SELECT i AS id, nullif('n' || i % 9000, 'n7') AS name,
            repeat('x', 1000) AS notes FROM generate_series(1, 20000) i;
        CREATE TABLE customers AS SELECT i AS id, i * 2 AS company FROM generate_series(1, 20000) i;
        ANALYZE;
        """

    private static let tables = [
        Table("companies", key: "id") {
            Required("name")
            Normalized("name", as: .name)
            Unique(by: "name")
            Matches("name", "^n[0-9]+$")
            RowCount(20_000...)
            Resolvable("the lookup") { "SELECT nme FROM companies WHERE id = $1" }
        },
        Table("customers", key: "id") {
            References("company", in: "companies.id")
            NoRows("customers of nobody") { "SELECT id FROM customers WHERE company > \(39_990)" }
        },
    ]

    @Test(.enabled("pgbouncer is not installed") { access("/usr/sbin/pgbouncer", X_OK) == 0 })
    func `an audit through a pooler is the audit`() async throws {
        let server = try #require(try testServer().option("host"))
        let pooler = """
            cat > pool.ini <<END
            [databases]
            * = host=\(server) port=5432 user=postgres
            [pgbouncer]
            listen_addr =
            listen_port = 6432
            unix_socket_dir = $folder
            auth_type = any
            pool_mode = transaction
            default_pool_size = 2
            END
            $drop /usr/sbin/pgbouncer pool.ini >log 2>&1 </dev/null &
            cat >/dev/null
            kill $!; wait
            """
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let direct = try await audit(database, Self.tables)
            #expect(direct.errored.isEmpty && direct.count(.failed) == 5)
            try await withScript(pooler, ready: ".s.PGSQL.6432") { folder in
                let target = try DatabaseTarget("host=\(folder) port=6432 user=postgres")
                    .with("dbname", database.name)
                for connections in [1, 2] {
                    let report = try await audit(database, Self.tables) {
                        $0.target = target
                        $0.connections = connections
                    }
                    #expect(report.results == direct.results)
                    #expect(report.rows == direct.rows && report.trouble == nil)
                }
                // What an audit sets in a session stays with it.
                let next = try await Connection.connect(to: target, applicationName: "assay tests")
                for setting in ["statement_timeout", "lock_timeout"] {
                    #expect(try await next.query("SHOW \(setting)").scalar == "0")
                }
                await next.close()
            }
        }
    }

    @Test func `a replica is audited like its primary`() async throws {
        try await withThrowawayCluster { primary in
            let connection = try await Connection.connect(
                to: primary.target, applicationName: "assay tests")
            try await connection.script(Self.fixture)
            let bin = try #require(
                try await connection.query(
                    "SELECT setting FROM pg_config WHERE name = 'BINDIR'"
                ).scalar)
            let replica = """
                $drop \(bin)/pg_basebackup -h \(primary.folder) -U postgres -D data -R -X stream \
                    -c fast >log 2>&1 </dev/null &&
                $drop \(bin)/postgres -D data -k "$folder" -c listen_addresses= -c port=5433 \
                    >>log 2>&1 </dev/null &
                while kill -0 $! && ! grep -q '^ready' data/postmaster.pid; do sleep 0.02; done \
                    2>/dev/null
                touch up
                cat >/dev/null
                kill -QUIT "$(head -n 1 data/postmaster.pid)"; wait
                """
            try await withScript(replica, ready: "up") { folder in
                let suite = try Suite(name: "tests", tables: Self.tables, root: folderOfTests())
                func report(
                    _ target: DatabaseTarget, connections: Int, engine: Engine = .auto
                ) async throws -> AuditReport {
                    var options = AuditOptions(target: target)
                    options.engine = engine
                    options.now = 1_800_000_000
                    options.connections = connections
                    return try await AuditRun(suite: suite, options: options, version: "test")
                        .report()
                }
                let direct = try await report(primary.target, connections: 1)
                #expect(direct.database?.isReplica == false)
                let target = primary.target.with("host", folder).with("port", "5433")
                for connections in [1, 2] {
                    let copy = try await report(target, connections: connections)
                    #expect(copy.database?.isReplica == true)
                    #expect(copy.results == direct.results)
                    #expect(copy.trouble == nil && copy.errored.isEmpty)
                }
                let standby = try await Connection.connect(
                    to: target, applicationName: "assay tests")
                let (query, bindings) = try TrackingServer.query(isInRecovery: true)
                    .rendered(quoting: standby.quoted)
                #expect(try await standby.query(query, bindings)[0, 2] == "1")
                await standby.close()
                let twice = try await report(target, connections: 2, engine: .both)
                #expect(twice.results.map(\.measure) == direct.results.map(\.measure))
                #expect(twice.errored.isEmpty && twice.engineNotes.isEmpty)
            }
        }
    }
}
