import CLibPQ
import Glibc
import Synchronization

/// The bell by which any thread asks a connection's thread to give up its statement.
final class Interrupt: Sendable {
    private struct State {
        var isArmed = false
        var isRequested = false
    }

    /// Readable from the request on, for poll(2).
    let descriptor: Int32
    private let state = Mutex(State())

    init() { descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) }

    deinit { close(descriptor) }

    var isRequested: Bool { state.withLock { $0.isRequested } }

    /// Asks for the end of the statement under way.
    ///
    /// Without one it does nothing.
    func request() {
        state.withLock { state in
            guard state.isArmed, !state.isRequested else { return }
            state.isRequested = true
            eventfd_write(descriptor, 1)
        }
    }

    /// Begins to listen, with every earlier request forgotten.
    func arm() {
        state.withLock { state in
            silence()
            state = State(isArmed: true)
        }
    }

    /// Stops listening.
    func disarm() {
        state.withLock { state in
            silence()
            state = State()
        }
    }

    private func silence() {
        var count: eventfd_t = 0
        unsafe eventfd_read(descriptor, &count)
    }
}
