import CLibPQ
import Dispatch

/// What is needed to ask the server to cancel a connection's statement.
///
/// Unchecked: the pointer never changes, libpq's manual allows PQcancel from any thread, and the memory
/// goes with the last reference, which a request under way holds.
@safe final class CancelRequest: @unchecked Sendable {
    private let pointer: OpaquePointer

    init?(of connection: OpaquePointer) {
        guard let pointer = unsafe PQgetCancel(connection) else { return nil }
        unsafe self.pointer = unsafe pointer
    }

    deinit { unsafe PQfreeCancel(pointer) }

    /// Sends the request from a thread of its own.
    ///
    /// The semaphore is signalled when the server has it, or
    /// when there is no way to tell the server.
    func send() -> DispatchSemaphore {
        let done = DispatchSemaphore(value: 0)
        startThread {
            self.sendAndWait()
            done.signal()
        }
        return done
    }

    private func sendAndWait() {
        var message = [CChar](repeating: 0, count: 256)
        unsafe PQcancel(pointer, &message, Int32(message.count))
    }
}
