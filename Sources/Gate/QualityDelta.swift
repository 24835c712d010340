public import Assay
public import Auditor
import FoundationEssentials
public import Postgres

/// What a suite finds on a sample of rows after a migration that it did not find before.
public struct QualityDelta: Sendable {
    /// One check that finds more.
    public struct Change: Sendable, Hashable {
        /// The check as it came out after the migration.
        public let result: CheckResult
        /// How many violations there were before; nil where it could not be evaluated then.
        public let before: Int?
        /// How many violations are new.
        public let new: Int
    }

    /// The checks that find more, in the order of the suite.
    public let changes: [Change]
    /// How many checks were held against both.
    public let checks: Int

    /// Audits a shadow, has it migrated, and audits it again.
    ///
    /// - Parameters:
    ///   - target: A copy of a shadow, with its sample of rows.
    ///   - suite: The checks.
    ///   - version: The version of Assay.
    ///   - migrate: Runs the migrations on the same database.
    /// - Returns: The difference; nil where no check was to be evaluated or `migrate` says that it failed.
    /// - Throws: What an audit throws.
    public nonisolated(nonsending) static func read(
        on target: DatabaseTarget, suite: Suite, version: String,
        migrate: nonisolated(nonsending) () async throws -> Bool
    ) async throws -> QualityDelta? {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "assay-gate-\(UInt64.random(in: 0 ... .max))").path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let outcome: Result<QualityDelta?, any Error>
        do {
            outcome = .success(
                try await read(
                    on: target, suite: suite, version: version, file: "\(folder)/before",
                    migrate: migrate))
        } catch {
            outcome = .failure(error)
        }
        try FileManager.default.removeItem(atPath: folder)
        return try outcome.get()
    }

    private nonisolated(nonsending) static func read(
        on target: DatabaseTarget, suite: Suite, version: String, file: String,
        migrate: nonisolated(nonsending) () async throws -> Bool
    ) async throws -> QualityDelta? {
        guard let resolvable = try await suite.keepingResolvable(in: target) else { return nil }
        var options = AuditOptions(target: target)
        options.identification = IdentificationOptions(
            file: file, baseline: .newest([]), salt: "gate", isWhole: true)
        let before = try await AuditRun(suite: resolvable, options: options, version: version)
            .report()
        guard try await migrate(), let left = try await resolvable.keepingResolvable(in: target)
        else {
            return nil
        }
        options.now = before.time
        options.identification = IdentificationOptions(
            file: nil, baseline: .file(try ViolationFile(path: file)), salt: "gate", isWhole: true)
        let after = try await AuditRun(suite: left, options: options, version: version).report()
        return QualityDelta(before: before, after: after)
    }

    private init(before: AuditReport, after: AuditReport) {
        let earlier = Dictionary(
            before.results.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        checks = after.results.count
        changes = after.results.compactMap { result in
            let was = earlier[result.id]?.measure?.violations
            let now = result.measure?.violations ?? 0
            let new: Int =
                switch result.comparison?.basis {
                case .identity?, .count?: result.comparison?.new ?? 0
                case .nothing?, nil: max(0, now - (was ?? 0))
                }
            let stoppedWorking =
                result.outcome == .errored && earlier[result.id]?.outcome != .errored
            guard new > 0 || stoppedWorking else { return nil }
            return Change(result: result, before: was, new: new)
        }
    }
}

extension Suite {
    /// The checks of which a database knows every name; nil where it knows none.
    fileprivate nonisolated(nonsending) func keepingResolvable(
        in target: DatabaseTarget
    ) async throws -> Suite? {
        let connection = try await Connection.connect(to: target, applicationName: "assay gate")
        let lost = Set(try await unresolvable(on: connection).flatMap(\.checks))
        await connection.close()
        return keeping { !lost.contains($0.id) }
    }
}
