import Glibc
public import Postgres

/// A database of its own for one test, in the server that the tests run beside.
public struct ScratchDatabase: Sendable {
    /// Where it is.
    public let target: DatabaseTarget
    /// Its name.
    public let name: String

    /// Runs several statements in it, on a connection of their own.
    public func script(_ sql: String) async throws(PostgresError) {
        let connection = try await connect()
        try await connection.script(sql)
        await connection.close()
    }

    /// Opens a connection to it.
    public func connect() async throws(PostgresError) -> Connection {
        try await Connection.connect(to: target, applicationName: "assay tests")
    }
}

/// The tests were started without a server.
public struct NoTestServer: Error, CustomStringConvertible {
    /// The text for people and logs.
    public var description: String {
        "ASSAY_TEST_DATABASE is not set: run tests through bin/test or bin/with-postgres"
    }
}

/// The server that the tests run beside, as its superuser.
///
/// - Throws: ``NoTestServer`` when `ASSAY_TEST_DATABASE` is not set.
public func testServer() throws -> DatabaseTarget {
    guard let value = getenv("ASSAY_TEST_DATABASE") else { throw NoTestServer() }
    return try DatabaseTarget(String(cString: value))
}

/// Makes a database, runs `body`, and drops the database whatever happened, whoever is connected to it.
///
/// - Parameters:
///   - template: The database to copy; `template0` is empty and may be copied by many at a time.
///   - setUp: A script to run in it first.
///   - server: Another server than the one that the tests share.
///   - body: Uses the database.
/// - Returns: What `body` returns.
/// - Throws: ``NoTestServer``, ``PostgresError``, and what `body` throws.
public nonisolated(nonsending) func withScratchDatabase<Value: Sendable>(
    template: String = "template0", setUp: String = "", on server: DatabaseTarget? = nil,
    _ body: nonisolated(nonsending) (ScratchDatabase) async throws -> Value
) async throws -> Value {
    guard Turns.isTaken else {
        await Turns.shared.take()
        let outcome: Result<Value, any Error>
        do {
            let value = try await Turns.$isTaken.withValue(true) {
                try await withScratchDatabase(
                    template: template, setUp: setUp, on: server, body)
            }
            outcome = .success(value)
        } catch {
            outcome = .failure(error)
        }
        await Turns.shared.giveBack()
        return try outcome.get()
    }
    let server = try server ?? testServer()
    let name = "scratch_\(getpid())_\(UInt32.random(in: 0 ... .max))"
    let administrator = try await Connection.connect(to: server, applicationName: "assay tests")
    let source = try administrator.quoted(template)
    try await administrator.execute("CREATE DATABASE \(name) TEMPLATE \(source)")
    let outcome: Result<Value, any Error>
    do {
        let database = ScratchDatabase(target: server.with("dbname", name), name: name)
        if !setUp.isEmpty { try await database.script(setUp) }
        outcome = .success(try await body(database))
    } catch {
        outcome = .failure(error)
    }
    // In a task of its own, so that a cancelled test cleans up too.
    _ = try await Task { try await administrator.execute("DROP DATABASE \(name) WITH (FORCE)") }
        .value
    await administrator.close()
    return try outcome.get()
}
