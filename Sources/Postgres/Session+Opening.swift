import CLibPQ
import Glibc

extension Session {
    /// Connects, by a deadline.
    ///
    /// Only libpq's look-up of the host's name can outlast the deadline; the caller must not wait for it.
    static func open(
        _ target: DatabaseTarget, applicationName: String, deadline: ContinuousClock.Instant,
        interrupt: Interrupt
    ) throws(PostgresError) -> Session {
        let extra = [("client_encoding", "UTF8"), ("application_name", applicationName)]
        let started = unsafe target.withKeywords(adding: extra) { keys, values in
            unsafe PQconnectStartParams(keys, values, 0)
        }
        guard let pointer = unsafe started else {
            throw PostgresError(.connectionFailed, "there is no memory for a connection")
        }
        do throws(PostgresError) {
            try unsafe finishOpening(pointer, target, deadline, interrupt)
        } catch {
            // Shut down first, so that libpq's farewell cannot block.
            shutdown(unsafe PQsocket(pointer), Int32(SHUT_RDWR))
            unsafe PQfinish(pointer)
            throw error
        }
        return unsafe Session(owning: pointer, interrupt: interrupt)
    }

    private static func finishOpening(
        _ pointer: OpaquePointer, _ target: DatabaseTarget, _ deadline: ContinuousClock.Instant,
        _ interrupt: Interrupt
    ) throws(PostgresError) {
        var step = PGRES_POLLING_WRITING
        while step != PGRES_POLLING_OK {
            guard step != PGRES_POLLING_FAILED, unsafe PQstatus(pointer) != CONNECTION_BAD else {
                throw unsafe failure(of: pointer)
            }
            let socket = unsafe PQsocket(pointer)
            switch wait(
                for: socket, writing: step == PGRES_POLLING_WRITING, interrupt: interrupt,
                until: deadline)
            {
            case .ready: break
            case .interrupted: throw .connectingCancelled
            case .timedOut: throw .connectingTimedOut(target)
            }
            step = unsafe PQconnectPoll(pointer)
        }
    }

    private static func failure(of pointer: OpaquePointer) -> PostgresError {
        let message = oneLine(unsafe String(cString: PQerrorMessage(pointer)))
        let needsPassword = unsafe PQconnectionNeedsPassword(pointer) == 1
        return PostgresError(
            .connectionFailed, message,
            hint: needsPassword ? "put the password into ~/.pgpass or PGPASSWORD" : nil)
    }
}

extension PostgresError {
    static var connectingCancelled: PostgresError {
        PostgresError(.cancelled, "connecting was cancelled")
    }

    static func connectingTimedOut(_ target: DatabaseTarget) -> PostgresError {
        PostgresError(.deadlineExceeded, "\(target.redacted) did not answer in time")
    }
}
