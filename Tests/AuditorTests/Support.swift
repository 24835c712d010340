import Assay
import AssayTesting
import Auditor
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

/// Waits until a statement of an audit waits for a lock on a relation, or for an advisory lock.
func waitForBlockedAudit(in database: ScratchDatabase) async throws {
    let observer = try await database.connect()
    while try await observer.query(
        """
        SELECT FROM pg_stat_activity WHERE datname = current_database() \
        AND application_name = 'assay audit' AND wait_event_type = 'Lock'
        """
    ).isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    await observer.close()
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
