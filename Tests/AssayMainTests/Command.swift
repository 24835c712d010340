import FoundationEssentials
import Glibc
import Subprocess
import Testing

/// What a command that has ended left behind.
struct Ended: Sendable {
    /// What it exited with; the negative number of the signal that ended it.
    let status: Int32
    /// What it wrote to standard output.
    let output: String
    /// What it wrote to standard error.
    let errors: String

    /// All that a person saw of it.
    var everything: String { output + errors }
}

/// The `assay` that was built beside these tests, run as a process of its own.
enum Command {
    /// The folder of what was built.
    static let built: String = {
        var path = [CChar](repeating: 0, count: 4_096)
        let length = readlink("/proc/self/exe", &path, path.count - 1)
        let whole = String(decoding: path.prefix(max(0, length)).map(UInt8.init), as: UTF8.self)
        return String(whole[..<(whole.lastIndex(of: "/") ?? whole.endIndex)])
    }()

    /// The repository's folder.
    static let root: String = {
        let file = URL(filePath: #filePath)
        return file.deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
    }()

    /// The signals that end what has a fault.
    private static let crashes = [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE]

    /// Runs the command until it ends.
    ///
    /// It has the variables of these tests but for what names a database, and those it is given.
    /// What is done meanwhile is done while it runs.
    static func assay(
        _ arguments: [String], in folder: String = "/tmp", environment: [String: String] = [:],
        meanwhile: (Running) async throws -> Void = { _ in }
    ) async throws -> Ended {
        try await execute(
            ["\(built)/assay"] + arguments, in: folder, environment: environment,
            meanwhile: meanwhile)
    }

    /// Runs a line of shell in which `assay` is the command.
    static func shell(
        _ line: String, in folder: String, environment: [String: String] = [:]
    ) async throws -> Ended {
        try await execute(["bash", "-c", line], in: folder, environment: environment)
    }

    /// Runs any command until it ends.
    static func execute(
        _ words: [String], in folder: String, environment: [String: String] = [:],
        meanwhile: (Running) async throws -> Void = { _ in }
    ) async throws -> Ended {
        let inherited = ProcessInfo.processInfo.environment.filter { name, _ in
            let isOurs = name.hasPrefix("ASSAY_") && name != "ASSAY_PG_BIN"
            return !name.hasPrefix("PG") && !isOurs && name != "NO_COLOR"
        }
        var variables = inherited
        variables["PATH"] = "\(built):\(inherited["PATH"] ?? "/usr/bin:/bin")"
        variables["HOME"] = folder
        variables["TERM"] = "xterm"
        variables["COLUMNS"] = "80"
        // Where it crashes, it says where it was.
        variables["SWIFT_BACKTRACE"] = "enable=yes,interactive=no,color=no,threads=all"
        variables.merge(environment) { _, new in new }
        let result = try await run(
            .name("sh"),
            arguments: Arguments(
                ["-c", "cd \"$1\" && shift && exec \"$@\"", "sh", folder] + words),
            environment: .custom(variables.map { Array("\($0)=\($1)\0".utf8) }),
            input: .none,
            output: .string(limit: 64 * 1_048_576),
            error: .string(limit: 1_048_576)
        ) { execution in
            try await meanwhile(Running(number: execution.processIdentifier.value))
        }
        let status: Int32 =
            switch result.terminationStatus {
            case .exited(let code): code
            case .signaled(let signal): -signal
            }
        // A shell has it that way.
        if crashes.contains(-status) || crashes.contains(status - 128) {
            Issue.record(
                "\(words.joined(separator: " ")) crashed: \(result.standardError)")
        }
        return Ended(
            status: status, output: result.standardOutput, errors: result.standardError)
    }
}

/// A command that is still running.
struct Running: Sendable {
    fileprivate let number: pid_t

    /// Presses Ctrl-C.
    func interrupt() { Glibc.kill(number, SIGINT) }

    /// Asks it to end.
    func terminate() { Glibc.kill(number, SIGTERM) }

    /// Takes its terminal away.
    func hangUp() { Glibc.kill(number, SIGHUP) }

    /// Ends it without a word.
    func kill() { Glibc.kill(number, SIGKILL) }
}

/// Lends a folder that is gone afterwards.
func withTemporaryFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let folder = "/tmp/assay-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}

/// The text of a file.
func text(of path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
}

/// The names in a folder, sorted.
func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}
