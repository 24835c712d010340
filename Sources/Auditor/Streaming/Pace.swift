import Glibc
import Synchronization

/// How fast bytes may come, over all connections of a run.
final class Pace: Sendable {
    private let bytesPerSecond: Double
    /// When what has come so far would have come at this pace.
    private let due: Mutex<ContinuousClock.Instant>

    init(bytesPerSecond: Double) {
        self.bytesPerSecond = bytesPerSecond
        due = Mutex(.now)
    }

    /// Waits until so many more bytes are due; the server waits with it, when its buffers are full.
    func wait(for bytes: Int) {
        let time = Duration.seconds(Double(bytes) / bytesPerSecond)
        let end = due.withLock { due in
            due = max(due, .now) + time
            return due
        }
        while case let left = end - .now, left > .zero {
            // Short, so that a statement that is being cancelled ends soon.
            let part = min(left, .milliseconds(100))
            usleep(UInt32(part.components.attoseconds / 1_000_000_000_000))
            if Task.isCancelled { return }
        }
    }
}
