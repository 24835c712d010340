import CLibPQ
import Dispatch
import Glibc

/// A libpq connection and the statement under way on it.
///
/// It never blocks in libpq: it blocks in poll(2) only, where deadlines and interrupts reach it.
/// Unchecked: everything but `interrupt` and the constants is used on the thread of the one
/// ``Connection`` that owns the session, or, before there is one, on that thread as it opens.
@safe final class Session: @unchecked Sendable {
    /// Why a statement is being given up.
    private enum Interruption { case deadline, cancelled, abandoned }

    /// How long the server may take to obey a cancel request before the connection is given up.
    static let grace = Duration.seconds(2)

    /// How often the server is asked: a request that overtakes its statement finds nothing to cancel.
    private static let cancelInterval = Duration.milliseconds(250)

    let interrupt: Interrupt
    let notices = NoticeLog()
    let facts: ServerFacts
    private var pointer: OpaquePointer?
    private let cancelRequest: CancelRequest?
    private var death: PostgresError?
    /// The statements that the server keeps, by their text, with the names that they have there.
    var keptStatements: [String: String] = [:]
    /// Whether it may be asked to keep any.
    var keepsStatements = true

    private var deadline: ContinuousClock.Instant?
    private var interruption: Interruption?
    private var graceEnd = ContinuousClock.now
    private var cancelSent: DispatchSemaphore?
    private var nextCancel = ContinuousClock.now

    /// Takes a connection that is open.
    init(owning pointer: OpaquePointer, interrupt: Interrupt) {
        unsafe self.pointer = unsafe pointer
        self.interrupt = interrupt
        facts = unsafe ServerFacts(of: pointer)
        cancelRequest = unsafe CancelRequest(of: pointer)
        unsafe PQsetnonblocking(pointer, 1)
        unsafe notices.listen(to: pointer)
    }

    deinit { close() }

    /// Ends the connection without a wait.
    func close() {
        die(of: PostgresError(.connectionLost, "the connection was closed"), politely: true)
    }

    /// Whether a transaction is open, failed or not.
    var isInTransaction: Bool {
        guard let pointer = unsafe pointer else { return false }
        let status = unsafe PQtransactionStatus(pointer)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
    }

    // MARK: One exchange

    /// Sends something, receives its answers to the last, and says what went wrong.
    ///
    /// - Parameters:
    ///   - limit: How long it may take in all.
    ///   - send: Hands the request to libpq; 1 when libpq took it.
    ///   - receive: Takes the answers; what it leaves is read and dropped.
    /// - Returns: What `receive` returns.
    /// - Throws: The first error; the reason, when the exchange was given up.
    func exchange<Value>(
        deadline limit: Duration?,
        send: (OpaquePointer) -> Int32,
        receive: (Session) throws(PostgresError) -> Value
    ) throws(PostgresError) -> Value {
        let pointer = try unsafe usable()
        interruption = nil
        cancelSent = nil
        deadline = limit.map { .now + $0 }
        interrupt.arm()
        defer { interrupt.disarm() }
        guard !Task.isCancelled else { throw .cancelledBeforeSending }
        guard unsafe send(pointer) == 1 else {
            let error = refusal()
            if unsafe self.pointer != nil, unsafe PQpipelineStatus(pointer) != PQ_PIPELINE_OFF {
                die(of: PostgresError(.connectionLost, "a pipeline was left half sent"))
            }
            throw error
        }
        do throws(PostgresError) {
            try flush()
            let value = try receive(self)
            try drain()
            settle()
            return value
        } catch {
            throw recovered(from: error)
        }
    }

    /// The next answer, or nil after the last one.
    ///
    /// Errors of the server are thrown.
    func next() throws(PostgresError) -> ServerResult? {
        guard let result = try nextResult() else { return nil }
        if let error = result.error { throw death ?? error }
        return result
    }

    /// The next answer, whatever it is.
    private func nextResult() throws(PostgresError) -> ServerResult? {
        let pointer = try unsafe usable()
        while unsafe PQisBusy(pointer) == 1 { try read() }
        guard let raw = unsafe PQgetResult(pointer) else { return nil }
        let result = unsafe ServerResult(owning: raw)
        let isBroken = unsafe PQstatus(pointer) == CONNECTION_BAD
        if let error = result.error, result.isFatal || isBroken {
            lose(to: error)
        }
        return result
    }

    /// Has libpq return each row as an answer of its own.
    func streamRows() throws(PostgresError) {
        let pointer = try unsafe usable()
        guard unsafe PQsetSingleRowMode(pointer) == 1 else { throw refusal() }
    }

    /// Reads and drops all answers up to the end of the exchange, and throws the first error among them.
    private func drain() throws(PostgresError) {
        var failure: PostgresError?
        while let result = try nextResult() {
            failure = failure ?? result.error
            if result.status == PGRES_COPY_OUT { try skipCopy() }
            if result.status == PGRES_COPY_IN {
                try endCopy(failing: "the client sends no data for this COPY")
            }
            if let death { throw death }
        }
        if let failure { throw failure }
    }

    // MARK: COPY

    /// One message of a COPY TO STDOUT as `body` wants it; false after the last.
    func nextCopyMessage(_ body: (UnsafeRawBufferPointer) -> Void) throws(PostgresError) -> Bool {
        let pointer = try unsafe usable()
        while true {
            var buffer: UnsafeMutablePointer<CChar>?
            let length = unsafe PQgetCopyData(pointer, &buffer, 1)
            defer { unsafe PQfreemem(buffer) }
            if length > 0 {
                unsafe body(UnsafeRawBufferPointer(start: buffer, count: Int(length)))
                return true
            }
            if length < 0 { return false }
            try read()
        }
    }

    private func skipCopy() throws(PostgresError) {
        while try unsafe nextCopyMessage({ _ in }) {}
    }

    /// Sends data of a COPY FROM STDIN, to the last byte.
    func putCopyData(_ bytes: UnsafeRawBufferPointer) throws(PostgresError) {
        let pointer = try unsafe usable()
        try checkInterruption()
        let text = unsafe bytes.assumingMemoryBound(to: CChar.self).baseAddress
        guard unsafe PQputCopyData(pointer, text, Int32(bytes.count)) == 1 else { throw refusal() }
        try flush()
    }

    /// Ends a COPY FROM STDIN; with a reason, the server undoes it.
    func endCopy(failing reason: String?) throws(PostgresError) {
        let pointer = try unsafe usable()
        guard unsafe PQputCopyEnd(pointer, reason) == 1 else { throw refusal() }
        try flush()
    }

    // MARK: Pipelines

    /// Sends several messages as one unit, which a pooler cannot part.
    static func pipelined(
        _ pointer: OpaquePointer, _ send: (OpaquePointer) -> Bool
    ) -> Int32 {
        guard unsafe PQenterPipelineMode(pointer) == 1 else { return 0 }
        return unsafe send(pointer) ? PQpipelineSync(pointer) : 0
    }

    /// Reads the answers of a pipeline to its end, and leaves pipeline mode.
    func pipelineResults(_ each: (borrowing ServerResult) -> Void) throws(PostgresError) {
        var failure: PostgresError?
        var isSynchronised = false
        while !isSynchronised {
            guard let result = try nextResult() else { continue }
            if let death { throw death }
            failure = failure ?? result.error
            isSynchronised = result.status == PGRES_PIPELINE_SYNC
            if failure == nil, !isSynchronised { each(result) }
        }
        _ = try nextResult()
        guard try unsafe PQexitPipelineMode(usable()) == 1 else { throw refusal() }
        if let failure { throw failure }
    }

    // MARK: Waiting

    private func read() throws(PostgresError) {
        try waitForSocket(writing: false)
        try consume()
    }

    private func consume() throws(PostgresError) {
        if try unsafe PQconsumeInput(usable()) == 0 { throw lost() }
    }

    private func flush() throws(PostgresError) {
        while true {
            let left = try unsafe PQflush(usable())
            if left == 0 { return }
            if left < 0 { throw lost() }
            if try waitForSocket(writing: true) { try consume() }
        }
    }

    /// Waits for the socket, and turns to giving up when the deadline passes or somebody asks for it.
    ///
    /// - Returns: Whether there is something to read.
    @discardableResult
    private func waitForSocket(writing: Bool) throws(PostgresError) -> Bool {
        while true {
            let socket = try unsafe PQsocket(usable())
            if interruption != nil { repeatCancel() }
            let isGivingUp = interruption != nil
            let wakeup = wait(
                for: socket, writing: writing, interrupt: isGivingUp ? nil : interrupt,
                until: isGivingUp ? min(graceEnd, nextCancel) : deadline)
            switch wakeup {
            case .ready(let readable): return readable
            case .interrupted: giveUp(because: .cancelled)
            case .timedOut where !isGivingUp: giveUp(because: .deadline)
            case .timedOut where graceEnd > .now: continue
            case .timedOut:
                die(of: PostgresError(.connectionLost, "the server did not obey a cancel request"))
                throw PostgresError(.connectionLost, "the server does not answer")
            }
        }
    }

    /// Ends the statement when its time is over though the socket has always been ready.
    func checkInterruption() throws(PostgresError) {
        guard interruption == nil else { return }
        if interrupt.isRequested {
            giveUp(because: .cancelled)
        } else if let deadline, deadline <= .now {
            giveUp(because: .deadline)
        } else {
            return
        }
        throw .givenUp
    }

    private func giveUp(because reason: Interruption) {
        interruption = reason
        graceEnd = .now + Self.grace
        nextCancel = .now + Self.cancelInterval
        cancelSent = cancelRequest?.send()
    }

    /// Asks once more when it is time to, unless the last request is still on its way.
    private func repeatCancel() {
        guard nextCancel <= .now else { return }
        nextCancel = .now + Self.cancelInterval
        guard let last = cancelSent, last.wait(timeout: .now()) == .success else { return }
        cancelSent = cancelRequest?.send()
    }

    // MARK: Ends

    /// Brings the connection back to rest after an error, and says what the error comes down to.
    private func recovered(from error: PostgresError) -> PostgresError {
        if let pointer = unsafe pointer {
            if interruption == nil, unsafe PQtransactionStatus(pointer) == PQTRANS_ACTIVE {
                if error.code != .server { giveUp(because: .abandoned) }
            }
            do throws(PostgresError) { try drain() } catch {}
            if unsafe PQpipelineStatus(pointer) != PQ_PIPELINE_OFF, death == nil {
                die(of: PostgresError(.connectionLost, "a pipeline was left half read"))
            }
            settle()
        }
        let isOurDoing = error.sqlState == .queryCanceled || error.code != .server
        guard isOurDoing else { return error }
        switch interruption {
        case .deadline: return PostgresError(.deadlineExceeded, "the statement ran out of time")
        case .cancelled: return PostgresError(.cancelled, "the statement was cancelled")
        case .abandoned, nil: return error
        }
    }

    /// Makes sure that no cancel request is still on its way: it would hit the next statement.
    private func settle() {
        guard let cancelSent, death == nil else { return }
        let rest = max(.zero, ContinuousClock.now.duration(to: graceEnd)) / .nanoseconds(1)
        if cancelSent.wait(timeout: .now() + .nanoseconds(Int(rest))) == .timedOut {
            die(of: PostgresError(.connectionLost, "a cancel request did not reach the server"))
        }
    }

    private func usable() throws(PostgresError) -> OpaquePointer {
        guard let pointer = unsafe pointer else {
            throw death ?? PostgresError(.connectionLost, "the connection was closed")
        }
        return unsafe pointer
    }

    /// What libpq says against a call; the connection may have been lost with it.
    private func refusal() -> PostgresError {
        guard let pointer = unsafe pointer else { return lost() }
        if unsafe PQstatus(pointer) == CONNECTION_BAD { return lost() }
        return PostgresError(.misuse, oneLine(unsafe String(cString: PQerrorMessage(pointer))))
    }

    private func lost() -> PostgresError {
        if let pointer = unsafe pointer {
            let reason = oneLine(unsafe String(cString: PQerrorMessage(pointer)))
            lose(to: PostgresError(.connectionLost, reason))
        }
        return death ?? PostgresError(.connectionLost, "the connection was lost")
    }

    private func lose(to reason: PostgresError) {
        var error = reason
        error.code = .connectionLost
        error.unredactedMessage = "the connection was lost: \(reason.unredactedMessage)"
        die(of: error)
    }

    private func die(of reason: PostgresError, politely: Bool = false) {
        guard let pointer = unsafe pointer else { return }
        if !politely { shutdown(unsafe PQsocket(pointer), Int32(SHUT_RDWR)) }
        unsafe PQfinish(pointer)
        unsafe self.pointer = nil
        death = reason
    }
}

extension PostgresError {
    /// What a statement ends in while it is being given up; replaced by the reason.
    fileprivate static var givenUp: PostgresError {
        PostgresError(.cancelled, "the statement was given up")
    }

    fileprivate static var cancelledBeforeSending: PostgresError {
        PostgresError(.cancelled, "the task was cancelled before the statement was sent")
    }
}
