import Streams

/// What the connections of a run share of its streams.
actor StreamBoard {
    /// What another connection could not read.
    struct UnreadParent: Error, CustomStringConvertible {
        let description: String
    }

    /// The keys that references may hold, or why they could not be read.
    typealias ParentOutcome = Result<ParentSet, UnreadParent>

    private enum Parent {
        case underWay([CheckedContinuation<ParentOutcome, Never>])
        case settled(ParentOutcome)
    }

    private var parents: [Stream.Parent: Parent] = [:]
    private var idle: [Int: [StreamTally]] = [:]
    private var left: [Int]
    private var failed: Set<Int> = []
    /// The files into which rows of streams are written that are kept.
    var kept: [Int: KeptFileInProgress] = [:]
    /// What is to be known of the run: a sentence each.
    private(set) var notes: [String] = []
    /// What was done otherwise than planned, and why: a sentence each, which is true of a run that came to its end.
    var fallbacks: [String] { failures.sorted { $0.key < $1.key }.map(\.value) + checkFallbacks }
    /// By table, of which the last way counts.
    private var failures: [Int: String] = [:]
    private var checkFallbacks: [String] = []
    let budget: MemoryBudget
    let pace: Pace?

    init(_ streams: [Stream], options: AuditOptions) {
        left = streams.map(\.parts.count)
        budget = MemoryBudget(bytes: options.keyMemory)
        pace = options.maxRate.map { Pace(bytesPerSecond: Double($0)) }
    }

    /// The keys of a parent; who comes first reads them, for whom it is `nil`, and others wait.
    func claim(_ parent: Stream.Parent) async -> ParentOutcome? {
        switch parents[parent] {
        case .settled(let outcome): return outcome
        case nil:
            parents[parent] = .underWay([])
            return nil
        case .underWay(let waiting):
            return await withCheckedContinuation {
                parents[parent] = .underWay(waiting + [$0])
            }
        }
    }

    /// Hands over the keys that were claimed, or says why there will be none.
    func settle(_ parent: Stream.Parent, _ outcome: ParentOutcome) {
        if case .underWay(let waiting)? = parents[parent] {
            for continuation in waiting { continuation.resume(returning: outcome) }
        }
        parents[parent] = .settled(outcome)
    }

    /// A tally that nobody adds to at the moment; `nil` where another is to be made.
    func tally(of stream: Int) -> StreamTally? { idle[stream]?.popLast() }

    /// Gives back a tally with one more piece in it.
    ///
    /// - Returns: All tallies of the stream, to who has read its last piece.
    func finish(_ stream: Int, _ tally: StreamTally) -> [StreamTally]? {
        idle[stream, default: []].append(tally)
        left[stream] -= 1
        guard left[stream] == 0, !failed.contains(stream) else { return nil }
        return idle.removeValue(forKey: stream)
    }

    /// Whether a stream was given up.
    func hasFailed(_ stream: Int) -> Bool { failed.contains(stream) }

    /// Gives up a stream.
    ///
    /// - Parameters:
    ///   - stream: Its number.
    ///   - fallback: What is done about its table instead, and why.
    /// - Returns: True for who does so first.
    func fail(_ stream: Int, fallback: (table: Int, sentence: String)?) -> Bool {
        idle[stream] = nil
        guard failed.insert(stream).inserted else { return false }
        if let fallback { failures[fallback.table] = fallback.sentence }
        return true
    }

    /// Keeps a sentence for the report.
    func add(note: String) { notes.append(note) }

    /// Keeps a sentence about what the database does instead.
    func add(fallback: String) { checkFallbacks.append(fallback) }
}
