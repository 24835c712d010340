/// A named value of a row; `nil` is SQL null.
public struct Field: Sendable, Hashable {
    /// The column.
    public let name: String
    /// The value as text, cut where it was long.
    public let value: String?

    /// Creates a field.
    public init(_ name: String, _ value: String?) {
        self.name = name
        self.value = value
    }
}

/// One violation shown as an example: a row, or a group of rows.
public struct Sample: Sendable, Hashable {
    /// The keys of the rows: one for a row, the first few for a group.
    public let keys: [[Field]]
    /// How many rows of the group are not shown.
    public let more: Int
    /// The values that break the promise; empty unless a person asked for values.
    public let values: [Field]

    /// Creates a sample.
    public init(keys: [[Field]], more: Int = 0, values: [Field] = []) {
        self.keys = keys
        self.more = more
        self.values = values
    }

    /// The keys on one line: `id 118, 4022 and 3 more`.
    public var sentence: String {
        guard let first = keys.first else { return "" }
        let names = first.map(\.name).joined(separator: ", ")
        let rows = keys.map { key in
            let values = key.map { $0.value ?? "null" }
            return values.count == 1 ? values[0] : "(" + values.joined(separator: ", ") + ")"
        }
        let rest = more > 0 ? " and \(more.grouped) more" : ""
        return "\(names) \(rows.joined(separator: ", "))\(rest)"
    }
}

/// What became of one check in one run.
public struct CheckResult: Sendable, Hashable {
    /// The check's identity across runs: `core.companies/required:name`.
    public let id: String
    /// The table.
    public let table: TableName
    /// The kind's name.
    public let kind: String
    /// What tells it apart from checks of its kind and subject, where the author says so.
    public let name: String?
    /// The promise in words.
    public let sentence: String
    /// What it is about.
    public let dimension: Dimension
    /// How much it matters.
    public let severity: Severity
    /// How many violations are accepted.
    public let allowed: Tolerance?
    /// From how many on there is a warning.
    public let warnAbove: Tolerance?
    /// Which rows it speaks of, in words.
    public let scope: String?
    /// Why it matters.
    public let reason: String?
    /// The fix in `fixes/` that mends it.
    public let fix: String?
    /// Who owns the data.
    public let owner: String?
    /// Words to select it by.
    public let tags: [String]
    /// The ticket under which the finding is accepted.
    public let knownIssue: KnownIssue?
    /// Where the promise was made; the path is relative to the suite's package where it is known.
    public let source: SourceLocation
    /// The line of source that made it, where the source is at hand.
    public let excerpt: String?

    /// What became of it.
    public let outcome: Outcome
    /// What was counted, where anything was.
    public let measure: Measure?
    /// The constraint that proves the promise, where one does.
    public let proof: String?
    /// Why it could not be evaluated: one sentence.
    public let trouble: String?
    /// The broken promise in one line; empty where it holds.
    public let headline: String
    /// The first violations.
    public let samples: [Sample]
    /// What is wrong with the known issue: it no longer happens, or its day is past.
    public let knownIssueFault: String?
    /// How the violations differ from those of the baseline, where there is one.
    public let comparison: BaselineComparison?

    /// Creates the result of a check.
    ///
    /// - Parameters:
    ///   - check: The check.
    ///   - id: Its identity.
    ///   - table: Its table.
    ///   - source: Where it was made, as a person should read it.
    ///   - excerpt: The line of source.
    ///   - verdict: What became of it.
    ///   - day: The day it is judged on, in UTC, as `2026-11-23`; `nil` is before every date.
    ///   - comparison: How it differs from the baseline.
    public init(
        _ check: any Check, id: String, table: TableName, source: SourceLocation, excerpt: String?,
        verdict: Verdict, day: String? = nil, comparison: BaselineComparison? = nil
    ) {
        self.id = id
        self.table = table
        self.source = source
        self.excerpt = excerpt
        kind = check.kind
        name = check.options.name
        sentence = check.sentence
        dimension = check.dimension
        severity = check.options.severity
        allowed = check.options.allowed
        warnAbove = check.options.warnAbove
        scope = check.options.scope?.sentence
        reason = check.options.reason
        fix = check.options.fix
        owner = check.options.owner
        tags = check.options.tags
        knownIssue = check.options.knownIssue
        self.comparison = comparison
        let judged: Outcome =
            switch verdict {
            case .proven: .passed
            case .errored: .errored
            case .measured(let measured, _): check.judge(measured)
            }
        (outcome, knownIssueFault) =
            check.options.knownIssue?.judge(judged, on: day) ?? (judged, nil)
        let isBroken = judged == .failed || judged == .warned
        let stale =
            isBroken || knownIssueFault == nil
            ? ""
            : "\(table) keeps a promise that has a known issue: \(check.sentence)"
        switch verdict {
        case .proven(let constraint):
            measure = nil
            proof = constraint
            trouble = nil
            headline = stale
            samples = []
        case .errored(let sentence):
            measure = nil
            proof = nil
            trouble = sentence
            headline = ""
            samples = []
        case .measured(let measured, let found):
            measure = measured
            proof = nil
            trouble = nil
            headline = isBroken ? check.headline(measured, of: table) : stale
            samples = found
        }
    }

    /// Whether too few runs are recorded to say what is expected.
    public var isLearning: Bool {
        outcome == .notApplicable && measure?.value != nil && measure?.expected == nil
    }

    /// Whether there are violations that the baseline does not have, or a fault of the known issue.
    public var isNew: Bool {
        knownIssueFault != nil || (comparison.map { $0.new > 0 } ?? true)
    }

    /// The severity of what there is to tell, or `nil` where there is nothing.
    public var findingSeverity: Severity? {
        switch outcome {
        case .failed: knownIssueFault == nil ? severity : .error
        case .warned: min(severity, .warning)
        case .passed, .notApplicable, .errored, .known: nil
        }
    }
}

/// What a run learned of one check, before it is judged.
public enum Verdict: Sendable, Hashable {
    /// A constraint proves the promise.
    case proven(by: String)
    /// The violations were counted; the first of them are shown.
    case measured(Measure, samples: [Sample])
    /// It could not be evaluated: one sentence that says why.
    case errored(String)
}

extension Check {
    /// Judges what was counted.
    public func judge(_ measure: Measure) -> Outcome {
        if measure.scope == 0 { return .notApplicable }
        if measure.violations == 0 { return .passed }
        if let allowed = options.allowed, allowed.accepts(measure) {
            if let warnAbove = options.warnAbove, !warnAbove.accepts(measure) { return .warned }
            return .passed
        }
        if options.allowed == nil, let warnAbove = options.warnAbove {
            return warnAbove.accepts(measure) ? .passed : .warned
        }
        return options.severity == .error ? .failed : .warned
    }
}
