import Assay
import Auditor
import Synchronization

/// One line on standard error that says how far a run has come, for a person who watches.
final class ProgressLine: Sendable {
    private struct State {
        var progress: AuditProgress?
        var rate = RowRate()
        /// The bar never goes back, also where more turns out to be to do.
        var share = 0.0
        var isShown = false
        var isOver = false
    }

    private let state = Mutex(State())
    private let start = ContinuousClock.now
    private let noun: String

    /// Creates a line that counts checks, or what else is done one after the other.
    init(of noun: String = "checks") {
        self.noun = noun
    }

    /// Takes note of how far the run has come.
    func update(_ progress: AuditProgress) {
        state.withLock { $0.progress = progress }
    }

    /// Shows the line anew five times a second, from half a second on.
    private func show() async {
        guard Screen.isWatched else { return }
        try? await Task.sleep(for: .milliseconds(500))
        while !Task.isCancelled {
            draw()
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Shows the line while work is done.
    func shown<Value>(while work: () async throws -> Value) async throws -> Value {
        let showing = Task { await show() }
        defer {
            showing.cancel()
            clear()
        }
        return try await work()
    }

    /// Takes the line away.
    private func clear() {
        state.withLock { state in
            if state.isShown { Screen.say("\r\u{1B}[K") }
            state.isOver = true
        }
    }

    private func draw() {
        let now = ContinuousClock.now
        state.withLock { state in
            guard !state.isOver, let progress = state.progress, progress.total > 0 else { return }
            if let rows = progress.rows { state.rate.note(rows.read, at: now) }
            let share =
                progress.workload?.share(at: now) ?? Double(progress.done) / Double(progress.total)
            state.share = min(1, max(state.share, share))
            let text = ProgressText(
                progress: progress, noun: noun, share: state.share,
                seconds: Int((now - start).components.seconds),
                left: progress.workload?.timeLeft(at: now), rate: state.rate.perSecond)
            // A line that fills the last column wraps on some terminals.
            let line = text.line(width: Screen.columnsOfStandardError - 1)
            Screen.say("\r\u{1B}[K" + line)
            state.isShown = true
        }
    }
}

/// How fast rows have come of late.
struct RowRate {
    private var seen: [(rows: Int, time: ContinuousClock.Instant)] = []
    private let window: Duration

    init(over window: Duration = .seconds(5)) {
        self.window = window
    }

    /// Takes note of how many rows have come by now.
    mutating func note(_ rows: Int, at time: ContinuousClock.Instant) {
        seen.append((rows, time))
        // One beyond the window stays, so that all of it is looked at.
        while seen.count > 2, time - seen[1].time >= window { seen.removeFirst() }
    }

    /// Rows a second, to two digits; `nil` where it was not watched for a second yet.
    var perSecond: Int? {
        guard let first = seen.first, let last = seen.last else { return nil }
        let time = (last.time - first.time).components
        let seconds = Double(time.seconds) + Double(time.attoseconds) / 1e18
        guard seconds >= 1 else { return nil }
        let rate = Int(Double(last.rows - first.rows) / seconds)
        var unit = 1
        while rate / unit >= 100 { unit *= 10 }
        return (rate + unit / 2) / unit * unit
    }
}
