/// Work that a connection shares with those that have nothing else to do.
protocol SharedWork: Sendable {
    /// Does parts of it until there are none.
    func help(_ worker: Worker) async throws

    /// What it is called while it runs.
    func label(in plan: Plan) -> String
}

/// The parts of a piece of work that connections share, and what has come of them so far.
actor SharedParts<Part: Sendable, Outcome: Sendable> {
    /// What kept a connection from doing its part.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private var left: [Part] = []
    private var hasAll = false
    private var underWay = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var outcome: Outcome
    private var failure: Failure?

    /// Begins without parts.
    init(_ outcome: Outcome) { self.outcome = outcome }

    /// Adds a part, unless there are to be no more.
    func add(_ part: Part) {
        guard !hasAll else { return }
        left.append(part)
        wake()
    }

    /// Says that there will be no more parts.
    func close() {
        hasAll = true
        wake()
    }

    /// A part that nobody has begun; waits where more are to come, and is `nil` when there are none.
    func next() async -> Part? {
        while left.isEmpty, !hasAll { await change() }
        return take(leaving: 0)
    }

    /// A part, where more than so many have not been begun.
    func take(leaving others: Int) -> Part? {
        guard left.count > others else { return nil }
        underWay += 1
        return left.removeFirst()
    }

    /// Takes what came of a part that was begun.
    func end(_ change: @Sendable (inout Outcome) -> Void) {
        underWay -= 1
        change(&outcome)
        wake()
    }

    /// Gives up, since a part could not be done.
    func fail(_ reason: String) {
        underWay -= 1
        failure = failure ?? Failure(description: reason)
        abandon()
    }

    /// Leaves out what nobody has begun.
    func abandon() {
        left = []
        close()
    }

    /// What came of all parts that were begun, when they are done.
    func soFar() async throws(Failure) -> Outcome {
        while underWay > 0 { await change() }
        if let failure { throw failure }
        return outcome
    }

    private func change() async {
        await withCheckedContinuation { waiting.append($0) }
    }

    private func wake() {
        let waiting = waiting
        self.waiting = []
        for continuation in waiting { continuation.resume() }
    }
}
