public import Assay
import Auditor

/// One look at migrations: by their text, on a shadow, or by anything else that can tell of them.
public protocol GateStage: Sendable {
    /// The rules that it judges by.
    var rules: [RuleDocumentation] { get }
    /// What to say of the stage in the report, such as `judged for`: `PostgreSQL 15`.
    var facts: [Finding.Note] { get }
    /// Whether it settles what an earlier stage could not judge, because it has run the text.
    func settles(_ errored: Finding) -> Bool
    /// What is wrong with some migrations.
    ///
    /// - Parameters:
    ///   - migrations: The migrations to judge, in the order in which they run.
    ///   - earlier: Those that have run before, in order.
    /// - Returns: Findings in any order.
    /// - Throws: A `Refusal` where the stage was asked for what cannot be, or a failure.
    func findings(in migrations: [Migration], after earlier: [Migration]) async throws -> [Finding]
    /// What is wrong with some migrations, and what is known now of what earlier stages found.
    ///
    /// - Parameters:
    ///   - migrations: The migrations to judge, in the order in which they run.
    ///   - earlier: Those that have run before, in order.
    ///   - found: What earlier stages found.
    /// - Returns: What earlier stages found, as it stands now, and what this one finds.
    /// - Throws: What ``findings(in:after:)`` throws.
    func findings(
        in migrations: [Migration], after earlier: [Migration], adding found: [Finding]
    ) async throws -> [Finding]
}

extension GateStage {
    /// Nothing.
    public func settles(_ errored: Finding) -> Bool { false }

    /// All that earlier stages found but what is settled, and what this one finds.
    public func findings(
        in migrations: [Migration], after earlier: [Migration], adding found: [Finding]
    ) async throws -> [Finding] {
        found.filter { $0.severity != nil || !settles($0) }
            + (try await findings(in: migrations, after: earlier))
    }
}

/// Judges migrations stage after stage, and gathers what they find in one report.
public struct GateRun: Sendable {
    /// The stages, in order.
    public var stages: [any GateStage]
    /// From which severity on a finding fails; `nil` is never.
    public var failOn: Severity?
    /// Findings that are known, and do not count.
    public var baseline: GateBaseline?
    /// The version of Assay.
    public let version: String

    /// Creates a run.
    public init(
        stages: [any GateStage], failOn: Severity? = .error, baseline: GateBaseline? = nil,
        version: String
    ) {
        self.stages = stages
        self.failOn = failOn
        self.baseline = baseline
        self.version = version
    }

    /// Judges migrations.
    ///
    /// - Parameters:
    ///   - migrations: The migrations, in the order in which they run.
    ///   - earlier: Those that have run before, in order.
    /// - Returns: What was found, by the order of migrations and then by place.
    /// - Throws: A `Refusal` of an ignoring comment, or what a stage throws.
    public func report(
        on migrations: [Migration], after earlier: [Migration] = []
    ) async throws -> FindingReport {
        let ignores = try migrations.map { migration throws(Refusal) in
            try Ignores(in: migration, stages: stages)
        }
        var findings: [Finding] = []
        for stage in stages {
            findings = try await stage.findings(in: migrations, after: earlier, adding: findings)
        }
        var standing = findings
        for ignores in ignores { standing = ignores.applied(to: standing) }
        if let baseline { standing = baseline.applied(to: standing) }
        return FindingReport(
            title: "gate", version: version,
            subjects: migrations.map {
                FindingReport.Subject(
                    file: $0.file, statements: $0.statements.count + $0.faults.count)
            },
            findings: sorted(standing, by: migrations), rules: rules(of: standing),
            facts: stages.flatMap(\.facts),
            failOn: failOn)
    }

    private func rules(of findings: [Finding]) -> [FindingReport.Rule] {
        let found = Set(findings.map(\.rule))
        return stages.flatMap(\.rules).filter { found.contains($0.rule) }
            .sorted { $0.rule < $1.rule }
            .map { FindingReport.Rule(name: $0.rule, summary: $0.summary, page: $0.page) }
    }

    private func sorted(_ findings: [Finding], by migrations: [Migration]) -> [Finding] {
        let order = Dictionary(
            migrations.enumerated().map { ($1.file, $0) }, uniquingKeysWith: { first, _ in first })
        return findings.enumerated().sorted { left, right in
            let keys = [left, right].map { index, finding in
                (
                    order[finding.place.file] ?? Int.max, finding.place.file, finding.place.line,
                    finding.place.column, index
                )
            }
            return keys[0] < keys[1]
        }
        .map(\.element)
    }
}
