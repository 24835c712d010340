import Assay
import AssayTesting
import Auditor
import Checks
@testable import Ingest
import Logging
import MigratedWarehouse
import Postgres
import Server
import Synchronization
import Web

/// A service that listens on this machine, over a migrated database of its own.
struct RunningServer: Sendable {
    let database: ScratchDatabase
    let port: Int
    let log: Lines
    private let client = WebClient(
        rules: AddressRules(allowed: [AddressRange("127.0.0.0/8")].compactMap(\.self)))

    static let key = "a key of the tests"

    /// What it wrote.
    final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    /// Runs a service while `body` does.
    static func with<Value: Sendable>(
        after script: String = "", _ change: (inout IngestServer.Options) throws -> Void = { _ in },
        _ body: (RunningServer) async throws -> Value
    ) async throws -> Value {
        try await withMigratedWarehouse { database in
            if !script.isEmpty { try await database.script(script) }
            var options = try options(for: database)
            try change(&options)
            let log = Lines()
            var logger = Logger(label: "tests") { _ in ServiceLog { log.add($0) } }
            logger.logLevel = .info
            let server = try IngestServer(options, tables: warehouse, logger: logger)
            let (ports, continuation) = AsyncStream<Int>.makeStream()
            let running = Task {
                defer { continuation.finish() }
                try await server.run(heedingSignals: false) { continuation.yield($0) }
            }
            guard let port = await ports.first(where: { _ in true }) else {
                try await running.value
                throw Refusal("the service ended before it listened")
            }
            let outcome: Result<Value, any Error>
            do {
                outcome = .success(
                    try await body(RunningServer(database: database, port: port, log: log)))
            } catch {
                outcome = .failure(error)
            }
            running.cancel()
            _ = await running.result
            return try outcome.get()
        }
    }

    /// How a service of a test is set up.
    static func options(for database: ScratchDatabase) throws -> IngestServer.Options {
        var options = IngestServer.Options(
            database: database.target.with("options", "-c role=warehouse_ingest"),
            expected: ExpectedDatabase(name: database.name),
            keys: try Keys("# who\ntests \(Digest.hex(of: Array(key.utf8)))\n"))
        options.port = 0
        options.addresses = AddressRules(
            allowed: [AddressRange("127.0.0.0/8")].compactMap(\.self))
        return options
    }

    /// What is answered.
    struct Answered {
        let status: Int
        let headers: [String: String]
        let text: String
        let json: JSONValue

        subscript(member: String) -> JSONValue? { json[member] }
    }

    func post(
        _ path: String, _ body: String, key: String? = RunningServer.key,
        headers: [(name: String, value: String)] = [], type: String? = "application/json"
    ) async throws -> Answered {
        try await send(
            .post(Array(body.utf8)), path, key,
            (type.map { [("Content-Type", $0)] } ?? []) + headers)
    }

    func get(_ path: String, key: String? = RunningServer.key) async throws -> Answered {
        try await send(.get, path, key, [])
    }

    private func send(
        _ method: WebRequest.Method, _ path: String, _ key: String?,
        _ headers: [(name: String, value: String)]
    ) async throws -> Answered {
        let answer = try await client.send(
            WebRequest(
                method, try WebAddress("http://127.0.0.1:\(port)\(path)"),
                headers: (key.map { [("Authorization", "Bearer \($0)")] } ?? []) + headers,
                timeout: .seconds(60), limit: 1 << 20, beyond: .refuse))
        return Answered(
            status: answer.status, headers: answer.headers,
            text: String(decoding: answer.body, as: UTF8.self),
            json: (try? JSONReader.value(of: answer.body)) ?? .null)
    }

    func scalar(_ sql: String) async throws -> String {
        let connection = try await database.connect()
        let value = try await connection.query(sql).scalar ?? "null"
        await connection.close()
        return value
    }
}
