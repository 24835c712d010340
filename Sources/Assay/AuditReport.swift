/// What is said of the audited database in a report: nothing that opens it.
public struct AuditedDatabase: Sendable, Hashable {
    /// The database's name.
    public let name: String
    /// Host and port, or the socket's folder.
    public let server: String
    /// The server's version: `15.18`.
    public let version: String
    /// The role that audited.
    public let role: String
    /// Whether the server is a replica.
    public let isReplica: Bool

    /// Creates the description.
    public init(name: String, server: String, version: String, role: String, isReplica: Bool) {
        self.name = name
        self.server = server
        self.version = version
        self.role = role
        self.isReplica = isReplica
    }
}

/// One run of an audit and all that it found: what every renderer is given.
public struct AuditReport: Sendable, Hashable {
    /// The run's name: the time it began, or what a person called it.
    public let run: String
    /// When the snapshot was taken by the server's clock, in seconds since 1970.
    public let time: Double
    /// How long the run took, in seconds; `nil` where the clock was given and not read.
    public let duration: Double?
    /// The version of Assay.
    public let version: String
    /// The suite's name.
    public let suite: String
    /// What was audited; `nil` where no connection came about.
    public let database: AuditedDatabase?
    /// Rows in the audited tables, as far as they were counted.
    public let rows: [TableName: Int]
    /// The checks in the order of the suite.
    public let results: [CheckResult]
    /// The run it is compared to, where there is one.
    public let baseline: Baseline?
    /// Why files that might have been the baseline could not be read: a sentence each.
    public var skippedBaselines: [String] = []
    /// What was to be evaluated on the bytes of rows and was not, and why: a sentence each.
    public var engineNotes: [String] = []
    /// What earlier runs measured of a check, by its identity.
    public var trends: [String: Trend]
    /// What ended the run before its end: a failure or an interruption, in one sentence.
    public let trouble: String?

    /// Creates a report.
    public init(
        run: String, time: Double, duration: Double?, version: String, suite: String,
        database: AuditedDatabase?, rows: [TableName: Int], results: [CheckResult],
        baseline: Baseline? = nil, trends: [String: Trend] = [:], trouble: String? = nil
    ) {
        self.run = run
        self.time = time
        self.duration = duration
        self.version = version
        self.suite = suite
        self.database = database
        self.rows = rows
        self.results = results
        self.baseline = baseline
        self.trends = trends
        self.trouble = trouble
    }

    /// How many checks had this outcome.
    public func count(_ outcome: Outcome) -> Int {
        results.count { $0.outcome == outcome }
    }

    /// The checks with something to tell, the gravest first, then in the order of the suite.
    public var findings: [CheckResult] {
        Severity.allCases.reversed().flatMap { severity in
            results.filter { $0.findingSeverity == severity }
        }
    }

    /// The checks whose finding is accepted for now.
    public var known: [CheckResult] {
        results.filter { $0.outcome == .known }
    }

    /// The checks that could not be evaluated.
    public var errored: [CheckResult] {
        results.filter { $0.outcome == .errored }
    }

    /// What the command exits with.
    ///
    /// 2 where anything could not be evaluated or nothing was examined, 1 where a finding is at least
    /// this grave, else 0.
    ///
    /// - Parameters:
    ///   - threshold: How grave.
    ///   - isAboutNew: Whether only findings count that have violations which the baseline has not.
    /// - Returns: 0, 1 or 2.
    public func exitCode(failOn threshold: Severity?, isAboutNew: Bool = false) -> Int32 {
        if trouble != nil || !errored.isEmpty { return 2 }
        let counted = isAboutNew ? findings.filter(\.isNew) : findings
        if let threshold, counted.contains(where: { ($0.findingSeverity ?? .info) >= threshold }) {
            return 1
        }
        // An audit in which no row was in scope has examined nothing; one that learns has looked.
        return results.allSatisfy { $0.outcome == .notApplicable && !$0.isLearning } ? 2 : 0
    }

    /// The outcomes in one line: `31 passed, 2 warned, 9 failed, 1 not applicable`.
    public var summary: String {
        let words: [(Outcome, String)] = [
            (.failed, "failed"), (.errored, "errored"), (.warned, "warned"),
            (.known, "known"), (.notApplicable, "not applicable"), (.passed, "passed"),
        ]
        let parts = words.compactMap { outcome, word in
            count(outcome) > 0 ? "\(count(outcome).grouped) \(word)" : nil
        }
        return parts.isEmpty ? "no checks" : parts.joined(separator: ", ")
    }
}
