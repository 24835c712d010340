/// How much a broken promise matters.
public enum Severity: String, Sendable, Hashable, Comparable, CaseIterable {
    /// Worth knowing; nobody is woken.
    case info
    /// To be mended in working hours.
    case warning
    /// The data must not be used as it is.
    case error

    /// Orders from `info` to `error`.
    public static func < (left: Severity, right: Severity) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .info: 0
        case .warning: 1
        case .error: 2
        }
    }
}

/// What a promise is about, for overviews.
public enum Dimension: String, Sendable, Hashable, CaseIterable {
    /// Values that must be there.
    case completeness
    /// Values of the right form.
    case validity
    /// One row a thing.
    case uniqueness
    /// References that lead somewhere.
    case integrity
    /// Data that is fresh enough.
    case timeliness
    /// As many rows as expected.
    case volume
    /// Facts that do not contradict each other.
    case consistency
}

/// What became of a check.
public enum Outcome: String, Sendable, Hashable, CaseIterable {
    /// The promise holds, or is broken within its tolerance.
    case passed
    /// The promise is broken, but it is of severity info or warning or within its allowance.
    case warned
    /// The promise is broken.
    case failed
    /// No row was in scope, so that nothing was examined.
    case notApplicable
    /// The check could not be evaluated.
    case errored
    /// The promise is broken, and the finding accepted under a ticket until a day.
    case known
}
