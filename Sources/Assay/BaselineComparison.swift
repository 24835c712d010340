/// The run that another one is compared to.
public struct Baseline: Sendable, Hashable {
    /// The run's name.
    public let run: String
    /// When its snapshot was taken, in seconds since 1970.
    public let time: Double

    /// Names a run.
    public init(run: String, time: Double) {
        self.run = run
        self.time = time
    }
}

/// How the violations of one check differ from those of the baseline.
public struct BaselineComparison: Sendable, Hashable {
    /// How the violations of the two runs were held against each other.
    public enum Basis: String, Sendable, Hashable {
        /// Each violation by its identity.
        case identity
        /// Only their numbers, so that a new violation for one that is gone is not seen.
        case count
        /// Not at all: the check was not evaluated in the baseline, or not part of it.
        case nothing
    }

    /// Violations that the baseline does not have.
    public let new: Int
    /// Violations that only the baseline has.
    public let gone: Int
    /// Violations that both have.
    public let still: Int
    /// How they were told apart.
    public let basis: Basis
    /// The first of the new violations, by their keys.
    public let samples: [Sample]

    /// Compares by identity.
    ///
    /// - Parameters:
    ///   - now: How many violations there are.
    ///   - before: How many the baseline has.
    ///   - still: How many are in both.
    ///   - samples: The first of the new ones.
    public init(now: Int, before: Int, still: Int, samples: [Sample] = []) {
        new = max(0, now - still)
        gone = max(0, before - still)
        self.still = still
        basis = .identity
        self.samples = samples
    }

    /// Compares numbers; without a number before, all are new.
    public init(now: Int, before: Int?) {
        new = max(0, now - (before ?? 0))
        gone = max(0, (before ?? 0) - now)
        still = min(now, before ?? 0)
        basis = before == nil ? .nothing : .count
        samples = []
    }

    /// Whether anything differs.
    public var isChange: Bool { new > 0 || gone > 0 }

    /// `3 new, 40 gone, 11 still there`.
    public var sentence: String { BaselineComparison.sentence(new: new, gone: gone, still: still) }

    /// `3 new, 40 gone, 11 still there`.
    public static func sentence(new: Int, gone: Int, still: Int) -> String {
        "\(new.grouped) new, \(gone.grouped) gone, \(still.grouped) still there"
    }
}
