import Assay
import AssayTesting
import Auditor
import Glibc
import Postgres
import Testing

/// Audits a database against tables, on one connection where nothing else is said.
func audit(
    _ database: ScratchDatabase, _ tables: [Table],
    configure: @Sendable (inout AuditOptions) -> Void = { _ in }
) async throws -> AuditReport {
    try await run(database, tables, configure: configure).report()
}

/// A run over a database that has not begun.
func run(
    _ database: ScratchDatabase, _ tables: [Table],
    configure: @Sendable (inout AuditOptions) -> Void = { _ in },
    progress: @escaping @Sendable (AuditProgress) -> Void = { _ in }
) throws -> AuditRun {
    var options = AuditOptions(target: database.target)
    options.connections = 1
    options.now = 1_800_000_000
    configure(&options)
    let suite = try Suite(name: "tests", tables: tables, root: folderOfTests())
    return AuditRun(suite: suite, options: options, version: "test", progress: progress)
}

/// The package's folder, as the compiler saw it.
func folderOfTests(file: String = #filePath) -> String {
    file.components(before: "/Tests/")
}

/// The refusal that `body` throws.
func refusal(
    sourceLocation: Testing.SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async throws -> Refusal {
    try await #require(throws: Refusal.self, sourceLocation: sourceLocation) { try await body() }
}

/// Waits until so many connections of an audit wait for a lock, and returns their server processes.
@discardableResult
func waitForBlockedAudit(
    in database: ScratchDatabase, connections: Int = 1
) async throws -> [String] {
    let observer = try await database.connect()
    while true {
        let waiting = try await observer.query(
            """
            SELECT pid FROM pg_stat_activity WHERE datname = current_database() \
            AND application_name = 'assay audit' AND wait_event_type = 'Lock' \
            ORDER BY backend_start
            """)
        if waiting.count >= connections { return waiting.compactMap { $0[0] } }
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// Runs a shell script beside `body`, from when its file `ready` appears until `body` ends.
///
/// The script finds a folder of its own in `$folder`, and how to run as the server's user in
/// `$drop`; it ends when its input does, and then the folder goes.
func withScript(
    _ script: String, ready: String, _ body: (_ folder: String) async throws -> Void
) async throws {
    var template = Array("/tmp/assay-test-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    let folder = String(
        decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    let whole = """
        folder=\(folder); cd "$folder"; drop=
        if [ "$(id -u)" = 0 ]; then
            chown postgres .
            drop='setpriv --reuid=postgres --regid=postgres --clear-groups'
        fi
        \(script)
        rm -rf "$folder"
        """
    let process = try #require(popen(whole, "w"))
    defer { pclose(process) }
    while access("\(folder)/\(ready)", F_OK) != 0 {
        try #require(access(folder, F_OK) == 0, "the script has ended")
        try await Task.sleep(for: .milliseconds(10))
    }
    try await body(folder)
}

extension AuditReport {
    /// The result of the check whose identity ends so: `required:name`.
    func result(
        _ ending: String, sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) throws -> CheckResult {
        let found = results.first { $0.id == ending || $0.id.hasSuffix("/" + ending) }
        let known = results.map(\.id).joined(separator: ", ")
        return try #require(
            found, "no result \(ending) among \(known)", sourceLocation: sourceLocation)
    }

    /// The outcomes by the part of the identity behind the table.
    var outcomes: [String: Outcome] {
        Dictionary(
            results.map { (String($0.id.split(separator: "/").last ?? ""), $0.outcome) }
        ) { first, _ in first }
    }
}

extension CheckResult {
    /// The shown keys in words: `id 2`, `id 3, 4`.
    var rows: [String] { samples.map(\.sentence) }
}

extension String {
    fileprivate func components(before separator: String) -> String {
        firstRange(of: separator).map { String(self[..<$0.lowerBound]) } ?? self
    }
}
