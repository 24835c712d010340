import Glibc

/// What ended a wait for a socket.
enum Wakeup {
    case ready(readable: Bool)
    case interrupted
    case timedOut
}

/// Waits in poll(2) until the socket is ready, the interrupt rings, or the time has come.
///
/// A broken socket counts as readable, so that the next read says what is wrong with it.
func wait(
    for socket: Int32, writing: Bool, interrupt: Interrupt?, until limit: ContinuousClock.Instant?
) -> Wakeup {
    let events = Int16(POLLIN) | (writing ? Int16(POLLOUT) : 0)
    while true {
        var descriptors = [
            pollfd(fd: interrupt?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: socket, events: events, revents: 0),
        ]
        let count = unsafe poll(&descriptors, 2, limit?.millisecondsFromNow ?? -1)
        if descriptors[0].revents != 0 { return .interrupted }
        if count > 0 { return .ready(readable: descriptors[1].revents & ~Int16(POLLOUT) != 0) }
        if count == 0, let limit, limit <= .now { return .timedOut }
    }
}

extension ContinuousClock.Instant {
    /// Rounded up, so that a wait never ends before its time; as poll(2) takes it.
    fileprivate var millisecondsFromNow: Int32 {
        let (seconds, attoseconds) = ContinuousClock.now.duration(to: self).components
        guard seconds < 1_000_000 else { return 1_000_000_000 }
        let milliseconds = Double(seconds) * 1e3 + Double(attoseconds) / 1e15
        return milliseconds <= 0 ? 0 : Int32(milliseconds.rounded(.up))
    }
}
