/// What was found in some files: what renderers are given of a gate.
public struct FindingReport: Sendable, Hashable {
    /// A file that was judged.
    public struct Subject: Sendable, Hashable {
        /// The file's path.
        public let file: String
        /// How many statements it holds.
        public let statements: Int

        /// Names a file.
        public init(file: String, statements: Int) {
            self.file = file
            self.statements = statements
        }
    }

    /// A rule as renderers tell of it.
    public struct Rule: Sendable, Hashable {
        /// The rule's name.
        public let name: String
        /// What it refuses, in one sentence.
        public let summary: String
        /// Its page in Markdown.
        public let page: String

        /// Names a rule.
        public init(name: String, summary: String, page: String) {
            self.name = name
            self.summary = summary
            self.page = page
        }
    }

    /// What it all amounts to.
    public enum Verdict: String, Sendable, Hashable {
        /// Nothing counts.
        case pass
        /// Something counts, but nothing at or above the severity that fails.
        case warn
        /// Something at or above that severity counts.
        case fail
        /// Something could not be judged, or there was nothing to judge.
        case errored
    }

    /// What was done: `gate`.
    public let title: String
    /// The version of Assay.
    public let version: String
    /// The files, in order.
    public let subjects: [Subject]
    /// What was found, by file and place; also what does not count.
    public let findings: [Finding]
    /// The rules of which something was found, by name.
    public let rules: [Rule]
    /// Facts about the run, such as `judged for`: `PostgreSQL 15`.
    public let facts: [Finding.Note]
    /// From which severity on a finding fails; `nil` is never.
    public let failOn: Severity?
    /// Whether nothing was to be judged, since nothing has changed.
    public let isIdle: Bool

    /// Creates a report.
    public init(
        title: String, version: String, subjects: [Subject], findings: [Finding],
        rules: [Rule] = [], facts: [Finding.Note] = [], failOn: Severity? = .error,
        isIdle: Bool = false
    ) {
        self.title = title
        self.version = version
        self.subjects = subjects
        self.findings = findings
        self.rules = rules
        self.facts = facts
        self.failOn = failOn
        self.isIdle = isIdle
    }

    /// The same report with other findings, such as those that a baseline has been held against.
    public func replacing(_ findings: [Finding]) -> FindingReport {
        FindingReport(
            title: title, version: version, subjects: subjects, findings: findings, rules: rules,
            facts: facts, failOn: failOn, isIdle: isIdle)
    }

    /// The findings that count and have a severity, the gravest first.
    public var counting: [Finding] {
        let counting = findings.filter { $0.counts && $0.severity != nil }
        return Severity.allCases.reversed().flatMap { severity in
            counting.filter { $0.severity == severity }
        }
    }

    /// What could not be judged.
    public var errored: [Finding] { findings.filter { $0.severity == nil && $0.counts } }

    /// What does not count, because the baseline or a comment accepts it.
    public var accepted: [Finding] { findings.filter { !$0.counts } }

    /// How many statements were looked at.
    public var statements: Int { subjects.reduce(0) { $0 + $1.statements } }

    /// What it all amounts to.
    public var verdict: Verdict {
        if !errored.isEmpty || (statements == 0 && !isIdle) { return .errored }
        if counting.isEmpty { return .pass }
        guard let failOn else { return .warn }
        return counting.contains { $0.severity.map { $0 >= failOn } ?? false } ? .fail : .warn
    }

    /// What the command exits with: 0, 1 for findings, 2 for what could not be judged.
    public var exitCode: Int32 {
        switch verdict {
        case .pass, .warn: 0
        case .fail: 1
        case .errored: 2
        }
    }
}
