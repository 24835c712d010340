public import Assay

/// What came of the attempt to prove that a check can fail.
public struct Proof: Sendable, Hashable {
    /// The sorts of answer, the most urgent first.
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// What breaks the promise did not turn the check red.
        case vacuous
        /// What only just keeps the promise turned it red.
        case tooStrict = "too strict"
        /// The database refuses what the check accepts.
        case contradicted
        /// No row can be in its scope and be looked at.
        case blind
        /// Nobody has said what breaks it, or it could not be done.
        case notProven = "not proven"
        /// Red and green were seen.
        case proven
        /// A constraint refuses what would break it.
        case held

        /// Whether the check is wrong.
        public var isFinding: Bool {
            switch self {
            case .vacuous, .tooStrict, .contradicted, .blind: true
            case .notProven, .proven, .held: false
            }
        }
    }

    /// The check's identity: `core.companies/required:name`.
    public let id: String
    /// The promise in words.
    public let promise: String
    /// Where it was made.
    public let source: SourceLocation
    /// What came of it.
    public let outcome: Outcome
    /// Why, where there is more to say than that red and green were seen.
    public let reason: String?
    /// Whether the catalog says by itself that a constraint holds the promise.
    public let isDeclared: Bool
}

/// What came of proving a suite.
public struct ProofReport: Sendable, Hashable {
    /// The checks in the order of the suite.
    public let proofs: [Proof]
    /// The database whose schema the checks were proven on.
    public let database: String
    /// Whether it was done in the database itself.
    public let isInPlace: Bool

    /// The proofs with an outcome.
    public func proofs(_ outcome: Proof.Outcome) -> [Proof] {
        proofs.filter { $0.outcome == outcome }
    }

    /// The exit status: 1 where a check is wrong, 2 where one is not proven, 0 otherwise.
    public var exitCode: Int32 {
        if proofs.contains(where: \.outcome.isFinding) { return 1 }
        return proofs.contains { $0.outcome == .notProven } ? 2 : 0
    }
}
