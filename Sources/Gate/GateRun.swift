public import Assay
import SQLSyntax

/// One look at migrations: by their text, on a shadow, or by anything else that can tell of them.
public protocol GateStage: Sendable {
    /// What is wrong with some migrations.
    ///
    /// - Parameter migrations: The migrations to judge, in the order in which they run.
    /// - Returns: Findings in any order.
    /// - Throws: A `Refusal` where the stage was asked for what cannot be, or a failure.
    func findings(in migrations: [Migration]) async throws -> [Finding]

    /// What to say of the stage in the report, such as `judged for`: `PostgreSQL 15`.
    var facts: [Finding.Note] { get }
}

/// Judges migrations stage after stage, and gathers what they find in one report.
public struct GateRun: Sendable {
    /// The stages, in order.
    public var stages: [any GateStage]
    /// From which severity on a finding fails; `nil` is never.
    public var failOn: Severity?
    /// The version of Assay.
    public let version: String

    /// Creates a run.
    public init(stages: [any GateStage], failOn: Severity? = .error, version: String) {
        self.stages = stages
        self.failOn = failOn
        self.version = version
    }

    /// Judges migrations.
    ///
    /// - Parameter migrations: The migrations, in the order in which they run.
    /// - Returns: What was found, by the order of migrations and then by place.
    /// - Throws: What a stage throws.
    public func report(on migrations: [Migration]) async throws -> FindingReport {
        var findings: [Finding] = []
        for stage in stages { findings += try await stage.findings(in: migrations) }
        return FindingReport(
            title: "gate", version: version,
            subjects: migrations.map {
                FindingReport.Subject(file: $0.file, statements: $0.statements.count)
            },
            findings: sorted(findings, by: migrations), facts: stages.flatMap(\.facts),
            failOn: failOn)
    }

    private func sorted(_ findings: [Finding], by migrations: [Migration]) -> [Finding] {
        let order = Dictionary(
            migrations.enumerated().map { ($1.file, $0) }, uniquingKeysWith: { first, _ in first })
        return findings.sorted { left, right in
            let keys = [left, right].map {
                (order[$0.place.file] ?? Int.max, $0.place.line, $0.place.column, $0.rule)
            }
            return keys[0] < keys[1]
        }
    }
}
