/// What modifiers set on a check.
public struct CheckOptions: Sendable {
    /// How much a broken promise matters.
    public var severity: Severity = .error
    /// How many violations are accepted.
    public var allowed: Tolerance?
    /// From how many violations on there is a warning, below what is allowed.
    public var warnAbove: Tolerance?
    /// Which rows the promise speaks of.
    public var scope: Condition?
    /// Why it matters, for whoever is woken.
    public var reason: String?
    /// The fix that mends it: a folder in `fixes/`.
    public var fix: String?
    /// Who owns the data.
    public var owner: String?
    /// What the promise is about, where it differs from the kind's own.
    public var dimension: Dimension?
    /// The ticket under which the finding is accepted for a while.
    public var knownIssue: KnownIssue?
    /// Words to select checks by.
    public var tags: [String] = []
    /// A name of the author's in the check's identity.
    public var name: String?
    /// What breaks the promise, as the author says.
    public var violating: [Specimen.Step] = []
    /// What only just keeps it, as the author says.
    public var kept: [Specimen.Step] = []
    /// Where the promise was made.
    public var source: SourceLocation

    /// Creates the options of a check declared here.
    public init(file: String, line: Int) {
        source = SourceLocation(file: file, line: line)
    }
}

/// Modifiers stand after a check and belong to the check they follow.
extension Check {
    /// Sets how much a broken promise matters; `error` where nothing is said.
    public func severity(_ severity: Severity) -> Self {
        with { $0.severity = severity }
    }

    /// Accepts so many violations: `.allow(upTo: .percent(0.5))`.
    public func allow(upTo tolerance: Tolerance) -> Self {
        with { $0.allowed = tolerance }
    }

    /// Warns above so many violations, though more are allowed.
    public func warn(above tolerance: Tolerance) -> Self {
        with { $0.warnAbove = tolerance }
    }

    /// Limits the promise to some rows.
    public func `where`(_ scope: Condition) -> Self {
        with { options in
            options.scope = options.scope.map { .all([$0, scope]) } ?? scope
        }
    }

    /// Says why it matters, for whoever is woken.
    public func because(_ reason: String) -> Self {
        with { $0.reason = reason }
    }

    /// Names the fix in `fixes/` that mends it.
    public func fix(_ name: String) -> Self {
        with { $0.fix = name }
    }

    /// Names who owns the data.
    public func owner(_ owner: String) -> Self {
        with { $0.owner = owner }
    }

    /// Counts the check under another dimension than its kind's.
    public func dimension(_ dimension: Dimension) -> Self {
        with { $0.dimension = dimension }
    }

    /// Adds words to select the check by: `assay audit --tag nightly`.
    public func tagged(_ tags: String...) -> Self {
        with { $0.tags += tags }
    }

    /// Gives the check a name in its identity, to tell two of one kind on one column apart.
    public func named(_ name: String) -> Self {
        with { $0.name = name }
    }

    /// Not available: a bare number has no unit.
    @available(*, unavailable, message: "say what is counted: .rows(3) or .percent(0.5)")
    public func allow(upTo number: Int) -> Self { self }

    /// Not available: a bare number has no unit.
    @available(*, unavailable, message: "say what is counted: .rows(3) or .percent(0.5)")
    public func allow(upTo number: Double) -> Self { self }

    /// Not available: a bare number has no unit.
    @available(*, unavailable, message: "say what is counted: .rows(3) or .percent(0.5)")
    public func warn(above number: Int) -> Self { self }

    /// Not available: the word is `where`.
    @available(*, unavailable, renamed: "where")
    public func filter(_ scope: Condition) -> Self { self }

    private func with(_ change: (inout CheckOptions) -> Void) -> Self {
        var copy = self
        change(&copy.options)
        return copy
    }
}
