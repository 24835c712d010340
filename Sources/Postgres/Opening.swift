import Synchronization

/// A connection in the making, which one waits for and several may end: first come, first served.
final class Opening: Sendable {
    typealias Outcome = Result<Connection, PostgresError>

    private enum State {
        case open
        case awaited(CheckedContinuation<Outcome, Never>)
        case finished(Outcome)
        /// The outcome was handed over, and is not kept: it would keep the connection open.
        case delivered
    }

    private let state = Mutex(State.open)

    /// How it ends.
    ///
    /// To be asked for once.
    var outcome: Outcome {
        get async {
            await withCheckedContinuation { continuation in
                let early: Outcome? = state.withLock { state in
                    guard case .finished(let outcome) = state else {
                        state = .awaited(continuation)
                        return nil
                    }
                    state = .delivered
                    return outcome
                }
                if let early { continuation.resume(returning: early) }
            }
        }
    }

    /// Ends it, unless it has ended before.
    func finish(_ outcome: Outcome) {
        let continuation: CheckedContinuation<Outcome, Never>? = state.withLock { state in
            switch state {
            case .open:
                state = .finished(outcome)
                return nil
            case .awaited(let continuation):
                state = .delivered
                return continuation
            case .finished, .delivered:
                return nil
            }
        }
        continuation?.resume(returning: outcome)
    }
}
