/// What the work of a run is expected to cost, how much of it is done, and what that says of the rest.
///
/// Expectations are in nanoseconds of some processor. What work really takes is measured as it is done, apart
/// for rows that are read here and for statements of the database, of which nothing is seen before they end.
public struct Workload: Sendable, Hashable {
    /// What a piece of work is expected to cost.
    struct Cost: Sendable, Hashable {
        var nanoseconds: Double
        /// How many rows it reads here; `nil` where the database does it.
        var rows: Double?

        static func pushed(_ nanoseconds: Double) -> Cost { Cost(nanoseconds: nanoseconds) }

        static func reading(_ rows: Double, each nanoseconds: Double) -> Cost {
            Cost(nanoseconds: max(rows, 1) * nanoseconds, rows: max(rows, 1))
        }
    }

    /// A piece of work that a connection does at the moment.
    private struct Piece: Sendable, Hashable {
        var cost: Cost
        var read = 0.0
        let begin: ContinuousClock.Instant

        /// The share of it that is known to be done.
        var share: Double { cost.rows.map { min(1, read / $0) } ?? 0 }

        func seconds(at now: ContinuousClock.Instant) -> Double {
            let time = (now - begin).components
            return max(0, Double(time.seconds) + Double(time.attoseconds) / 1e18)
        }
    }

    /// What work took that is done.
    private struct Taken: Sendable, Hashable {
        var cost = 0.0
        var seconds = 0.0

        mutating func add(_ cost: Double, _ seconds: Double) {
            self.cost += cost
            self.seconds += seconds
        }
    }

    private var connections: Int
    private var pushed = Taken()
    private var streamed = Taken()
    private var pushedLeft = 0.0
    private var streamedLeft = 0.0
    private var rowsRead = 0.0
    private var rowsLeft = 0.0
    private var readsRows = false
    private var knowsRows = true
    private var underWay: [Int: Piece] = [:]

    /// Creates the load of a run of which nothing is done.
    init(_ costs: [Cost] = [], connections: Int, knowsRows: Bool = true) {
        self.connections = max(1, connections)
        self.knowsRows = knowsRows
        add(costs)
    }

    // MARK: What happens

    /// Adds work that nobody has begun.
    mutating func add(_ costs: [Cost]) {
        for cost in costs { addLeft(cost, 1) }
    }

    /// Leaves out work that nobody has begun, and nobody will.
    mutating func remove(_ costs: [Cost]) {
        for cost in costs { addLeft(cost, -1) }
    }

    private mutating func addLeft(_ cost: Cost, _ sign: Double) {
        if let rows = cost.rows {
            streamedLeft = max(0, streamedLeft + sign * cost.nanoseconds)
            rowsLeft = max(0, rowsLeft + sign * rows)
            readsRows = true
        } else {
            pushedLeft = max(0, pushedLeft + sign * cost.nanoseconds)
        }
    }

    /// A connection begins a piece of work.
    mutating func begin(_ cost: Cost, by worker: Int, at now: ContinuousClock.Instant) {
        addLeft(cost, -1)
        underWay[worker] = Piece(cost: cost, begin: now)
    }

    /// A connection does more in its piece than what that was expected to cost.
    mutating func widen(by cost: Cost, worker: Int) {
        addLeft(cost, -1)
        underWay[worker]?.cost.nanoseconds += cost.nanoseconds
        if let rows = cost.rows { underWay[worker]?.cost.rows? += rows }
    }

    /// A connection has read rows.
    mutating func read(_ rows: Int, by worker: Int) {
        rowsRead += Double(rows)
        underWay[worker]?.read += Double(rows)
    }

    /// A connection has done its piece, as far as it was to be done.
    mutating func end(by worker: Int, at now: ContinuousClock.Instant) {
        guard let piece = underWay.removeValue(forKey: worker) else { return }
        guard let rows = piece.cost.rows else {
            return pushed.add(piece.cost.nanoseconds, piece.seconds(at: now))
        }
        streamed.add(piece.cost.nanoseconds * piece.read / rows, piece.seconds(at: now))
    }

    /// A connection leaves the run, and its piece to the others.
    mutating func leave(_ worker: Int) {
        connections = max(1, connections - 1)
        if let piece = underWay.removeValue(forKey: worker) { addLeft(piece.cost, 1) }
    }

    // MARK: What that says

    /// How far the reading of rows has come.
    var rows: RowProgress? {
        guard readsRows else { return nil }
        let current = underWay.values.filter { $0.cost.rows != nil }
        let left = current.reduce(rowsLeft) { $0 + max(0, ($1.cost.rows ?? 0) - $1.read) }
        return RowProgress(
            read: Int(rowsRead), expected: knowsRows ? Int(rowsRead + left) : nil,
            isReading: left > 0)
    }

    /// The share of the work that is done, from 0 to 1, by what it was expected to cost.
    public func share(at now: ContinuousClock.Instant) -> Double {
        let speed = seconds(isPushed: true, at: now)
        var done = pushed.cost + streamed.cost
        var all = done + pushedLeft + streamedLeft
        for piece in underWay.values {
            all += piece.cost.nanoseconds
            if piece.cost.rows != nil {
                done += piece.cost.nanoseconds * piece.share
            } else if let speed {
                // It may take longer than it was expected to.
                let expected = max(piece.cost.nanoseconds * speed, 1e-9)
                done += piece.cost.nanoseconds * min(0.9, piece.seconds(at: now) / expected)
            }
        }
        return all > 0 ? min(1, max(0, done / all)) : 0
    }

    /// About how long the rest takes; `nil` where it is not known well enough.
    ///
    /// It is not known before a part of the work has been done, nor when a statement or a part of a table
    /// takes notably more than was expected of it.
    public func timeLeft(at now: ContinuousClock.Instant) -> Duration? {
        guard isMeasured(at: now), let streaming = seconds(isPushed: false, at: now),
            let pushing = seconds(isPushed: true, at: now)
        else { return nil }
        var longest = 0.0
        var all = pushedLeft * pushing + streamedLeft * streaming
        for piece in underWay.values {
            let left: Double
            if let rows = piece.cost.rows {
                guard piece.read <= rows * 1.25 + 50_000 else { return nil }
                left = piece.cost.nanoseconds * (1 - piece.share) * streaming
            } else {
                let expected = piece.cost.nanoseconds * pushing
                let taken = piece.seconds(at: now)
                guard taken <= expected * 1.5 + 1 else { return nil }
                left = max(0, expected - taken)
            }
            longest = max(longest, left)
            all += left
        }
        let seconds = max(longest, all / Double(connections))
        // What nothing is known of may still be under way.
        return seconds >= 1 ? .seconds(seconds) : nil
    }

    /// Whether enough was done to speak of the rest.
    private func isMeasured(at now: ContinuousClock.Instant) -> Bool {
        let reading = reading(at: now)
        let known = pushed.cost + reading.cost
        let all = underWay.values.reduce(
            pushed.cost + streamed.cost + pushedLeft + streamedLeft
        ) { $0 + $1.cost.nanoseconds }
        return pushed.seconds + reading.seconds >= 2 && known >= all * 0.03
    }

    /// What reading took so far, with what is under way.
    private func reading(at now: ContinuousClock.Instant) -> Taken {
        underWay.values.reduce(into: streamed) { taken, piece in
            guard piece.cost.rows != nil else { return }
            taken.add(piece.cost.nanoseconds * piece.share, piece.seconds(at: now))
        }
    }

    /// How many seconds an expected nanosecond takes, of one sort of work or, where that was not seen yet, of
    /// the other; `nil` where neither was.
    private func seconds(isPushed: Bool, at now: ContinuousClock.Instant) -> Double? {
        let reading = reading(at: now)
        let own = isPushed ? pushed : reading
        let other = isPushed ? reading : pushed
        for taken in [own, other] where taken.cost > 0 && taken.seconds >= 0.5 {
            return taken.seconds / taken.cost
        }
        return nil
    }
}
