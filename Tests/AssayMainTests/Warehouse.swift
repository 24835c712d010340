import Demo
import FoundationEssentials
import Postgres

/// A server with a password, and on it the warehouse of the demo; both live as long as the tests.
///
/// The server of its own keeps roles and locks apart from those of other tests.
struct Warehouse: Sendable {
    /// The folder of the server's socket.
    let host: String

    /// What opens it as the role that can only read.
    var variables: [String: String] { variables(as: "warehouse_audit") }

    /// What opens one of its databases as somebody.
    func variables(as user: String, database: String = "audited") -> [String: String] {
        [
            "PGHOST": host, "PGPORT": "5432", "PGUSER": user, "PGDATABASE": database,
            "PGPASSWORD": Warehouse.password,
        ]
    }

    /// Opens a connection as the superuser.
    func connect(database: String = "audited") async throws -> Connection {
        try await Connection.connect(to: target(database), applicationName: "assay tests")
    }

    /// Lends a copy of the warehouse that may be changed.
    func withCopy<Value>(
        _ body: (_ name: String, _ connection: Connection) async throws -> Value
    ) async throws -> Value {
        let name = "copy_\(UInt32.random(in: 0 ... .max))"
        let administrator = try await connect(database: "postgres")
        try await administrator.execute("CREATE DATABASE \(name) TEMPLATE pristine")
        await administrator.close()
        let connection = try await connect(database: name)
        let value = try await body(name, connection)
        await connection.close()
        return value
    }

    /// Lends a copy that is called `warehouse` and has a role `assay_reader`, made by these statements.
    func withPageDatabase(
        _ statements: [String], _ body: (PageDatabase) async throws -> Void
    ) async throws {
        let administrator = try await connect(database: "postgres")
        try await administrator.execute("CREATE DATABASE warehouse TEMPLATE pristine")
        let connection = try await connect(database: "warehouse")
        for statement in statements { try await connection.script(statement) }
        try await connection.script("ALTER ROLE assay_reader PASSWORD '\(Warehouse.password)'")
        await connection.close()
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(PageDatabase(host: host)))
        } catch {
            outcome = .failure(error)
        }
        try await administrator.execute("DROP DATABASE warehouse WITH (FORCE)")
        try await administrator.execute("DROP ROLE assay_reader")
        await administrator.close()
        try outcome.get()
    }

    /// The warehouse, which the first test that asks for it starts.
    static var shared: Warehouse {
        get async throws { try await starting.value }
    }

    /// Everybody's password, which no output may show.
    static let password = "c4nary-in-the-mine"

    private static let starting = Task { () async throws -> Warehouse in
        let (started, continuation) = AsyncThrowingStream<Warehouse, any Error>.makeStream()
        Task {
            do {
                try await withThrowawayCluster(password: password) { cluster in
                    continuation.yield(try await fill(cluster))
                    try await Task.sleep(for: .seconds(86_400))
                }
            } catch {
                continuation.finish(throwing: error)
            }
        }
        for try await warehouse in started { return warehouse }
        throw CancellationError()
    }

    private static func fill(_ cluster: ThrowawayCluster) async throws -> Warehouse {
        let warehouse = Warehouse(host: cluster.folder)
        let administrator = try await warehouse.connect(database: "postgres")
        try await administrator.execute("CREATE DATABASE pristine")
        try await DemoWarehouse.fill(warehouse.target("pristine"), seed: 1)
        try await administrator.execute("CREATE DATABASE audited TEMPLATE pristine")
        try await administrator.script(
            """
            ALTER ROLE warehouse_audit PASSWORD '\(password)';
            CREATE ROLE stranger LOGIN PASSWORD '\(password)';
            """)
        await administrator.close()
        return warehouse
    }

    private func target(_ database: String) throws -> DatabaseTarget {
        try DatabaseTarget("port=5432 user=postgres").with("host", host)
            .with("dbname", database).with("password", Warehouse.password)
    }
}
