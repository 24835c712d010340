import Auditor
import FoundationEssentials
import Glibc
import Postgres
import Web

/// `assay-server` as a process of its own, which may be killed.
final class ServingProcess: Sendable {
    let number: pid_t
    let port: Int

    static let key = "a key of the tests"

    /// It ended before it listened.
    struct DidNotStart: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs the service over a database as the role that takes payloads in, until `body` returns or kills it.
    ///
    /// - Parameters:
    ///   - conninfo: The way to the database.
    ///   - name: The database's name.
    ///   - options: Further options.
    ///   - body: Uses it.
    /// - Returns: What `body` returns.
    /// - Throws: ``DidNotStart``, and what `body` throws.
    static func with<Value>(
        over conninfo: String, _ name: String, _ options: [String] = [],
        _ body: (ServingProcess) async throws -> Value
    ) async throws -> Value {
        let folder = "/tmp/assay-serving-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try "tests \(Digest.hex(of: Array(key.utf8)))\n"
            .write(toFile: "\(folder)/keys", atomically: true, encoding: .utf8)
        let process = try await ServingProcess(
            in: folder,
            [
                "--database", conninfo + " options='-c role=warehouse_ingest'",
                "--expect-database", name, "--keys", "\(folder)/keys",
                "--listen", "127.0.0.1:0", "--allow-address", "127.0.0.0/8",
            ] + options)
        let outcome: Result<Value, any Error>
        do { outcome = .success(try await body(process)) } catch { outcome = .failure(error) }
        process.kill()
        await process.ended()
        return try outcome.get()
    }

    private init(in folder: String, _ options: [String]) async throws {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let built = tests[..<(tests.lastIndex(of: "/") ?? tests.endIndex)]
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (descriptor, file) in [(Int32(1), "log"), (2, "errors")] {
            posix_spawn_file_actions_addopen(
                &actions, descriptor, "\(folder)/\(file)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        }
        let words = ["\(built)/assay-server"] + options
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var number = pid_t()
        guard posix_spawn(&number, words[0], &actions, nil, &arguments, environ) == 0 else {
            throw DidNotStart(description: "\(words[0]) cannot be started")
        }
        self.number = number
        // It says at which port it listens, or why it does not.
        while true {
            let said = (try? String(contentsOfFile: "\(folder)/errors", encoding: .utf8)) ?? ""
            if said.hasPrefix("listening at "), said.hasSuffix("\n"),
                let port = said.split(separator: ":").last.flatMap({ Int($0.dropLast()) })
            {
                self.port = port
                return
            }
            if ServingProcess.hasEnded(number) { throw DidNotStart(description: said) }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Ends it as nothing else does.
    func kill() { Glibc.kill(number, SIGKILL) }

    /// Waits until it is gone.
    func ended() async {
        while !ServingProcess.hasEnded(number) {
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    private static func hasEnded(_ number: pid_t) -> Bool {
        var status: Int32 = 0
        return waitpid(number, &status, WNOHANG) != 0
    }

    /// Sends a request; nothing where no answer came.
    func post(_ path: String, _ body: String, key: String? = nil) async -> Int? {
        let client = WebClient(
            rules: AddressRules(allowed: [AddressRange("127.0.0.0/8")].compactMap(\.self)))
        guard let address = try? WebAddress("http://127.0.0.1:\(port)\(path)") else { return nil }
        let headers =
            [("Authorization", "Bearer \(Self.key)"), ("Content-Type", "application/json")]
            + (key.map { [("Idempotency-Key", $0)] } ?? [])
        let answer = try? await client.send(
            WebRequest(
                .post(Array(body.utf8)), address, headers: headers, timeout: .seconds(60)))
        return answer?.status
    }
}

extension DatabaseTarget {
    /// The same as a connection string, for a command.
    var conninfo: String {
        ["host", "port", "user", "dbname", "password"]
            .compactMap { name in option(name).map { "\(name)='\($0)'" } }.joined(separator: " ")
    }
}
