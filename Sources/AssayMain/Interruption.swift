import Dispatch
import Glibc
import Synchronization

/// Ctrl-C, SIGTERM and a terminal that is gone: the first ends the work in hand in good order, the second ends the process.
enum Interruption {
    private static let handlers = Mutex<[@Sendable () -> Void]>([])

    /// The signals that are taken over; `nohup` has one ignored, which it stays.
    static let signals = [SIGINT, SIGTERM] + (isIgnored(SIGHUP) ? [] : [SIGHUP])

    /// Takes the signals over from the system.
    static func install() {
        for number in signals {
            signal(number, SIG_IGN)
            // Only the handler holds the source, which thereby lives as long as the process.
            nonisolated(unsafe) let source = DispatchSource.makeSignalSource(
                signal: number, queue: .global())
            source.setEventHandler {
                _ = source
                signal(number, SIG_DFL)
                let waiting = handlers.withLock { handlers in
                    defer { handlers = [] }
                    return handlers
                }
                if waiting.isEmpty { end(by: number) }
                for handler in waiting { handler() }
            }
            source.resume()
        }
    }

    /// Ends the process as the signal does by itself; the threads of a queue hold signals back, so that
    /// it is let through first.
    private static func end(by number: Int32) {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, number)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        raise(number)
    }

    /// Runs work that is cancelled by the first signal.
    static func cancelling<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = Task { try await work() }
        handlers.withLock { $0.append { task.cancel() } }
        // Work may be part of other work that can be cancelled.
        defer { _ = handlers.withLock { $0.popLast() } }
        return try await task.value
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        let handler = action.__sigaction_handler.sa_handler
        return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
