import Assay
import Auditor
import Synchronization

/// One line on standard error that says how far a run has come, for a person who watches.
final class ProgressLine: Sendable {
    private struct State {
        var progress: AuditProgress?
        var isShown = false
        var isOver = false
    }

    private let state = Mutex(State())
    private let start = ContinuousClock.now
    private let width = Screen.width
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
        let seconds = Int((ContinuousClock.now - start).components.seconds)
        state.withLock { state in
            guard !state.isOver, let progress = state.progress, progress.total > 0 else { return }
            let filled = progress.done * 20 / progress.total
            let bar =
                String(repeating: "#", count: filled) + String(repeating: "-", count: 20 - filled)
            let work = progress.current.joined(separator: " · ")
            let line = "[\(bar)] \(progress.done)/\(progress.total) \(noun), \(seconds) s  \(work)"
            Screen.say("\r\u{1B}[K" + line.prefix(width - 1))
            state.isShown = true
        }
    }
}
