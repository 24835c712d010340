import CLibPQ
import Glibc
import Synchronization

/// A connection to a PostgreSQL database, with one operating-system thread of its own.
///
/// Statements run one after the other. Each may have a deadline, and each ends when its task is cancelled:
/// the server is asked to cancel it, and when the server does not answer within two seconds, the connection
/// is given up. The connection closes with the last reference to it.
public actor Connection {
    nonisolated let session: Session
    private nonisolated let thread: ConnectionThread
    private let statementDeadline: Duration?

    /// The thread of this connection.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe thread.asUnownedSerialExecutor()
    }

    private init(session: Session, thread: ConnectionThread, statementDeadline: Duration?) {
        self.session = session
        self.thread = thread
        self.statementDeadline = statementDeadline
    }

    isolated deinit {
        session.close()
        thread.stop()
    }

    /// Connects to a database.
    ///
    /// Nothing is set in the session, so that a pooler may lend it to others between transactions.
    ///
    /// - Parameters:
    ///   - target: Where the database is.
    ///   - applicationName: The name in `pg_stat_activity`.
    ///   - timeout: How long it may take in all, over all hosts of the target.
    ///   - statementDeadline: How long a statement may take that is given no deadline of its own.
    /// - Returns: The open connection.
    /// - Throws: `connectionFailed`, `deadlineExceeded`, or `cancelled`.
    public static func connect(
        to target: DatabaseTarget, applicationName: String, timeout: Duration = .seconds(10),
        statementDeadline: Duration? = nil
    ) async throws(PostgresError) -> Connection {
        try refuseNUL(in: [applicationName])
        let deadline = ContinuousClock.now + timeout
        let interrupt = Interrupt()
        interrupt.arm()
        let opening = Opening()
        _ = ConnectionThread { thread in
            let outcome = Result { () throws(PostgresError) in
                try Session.open(
                    target, applicationName: applicationName, deadline: deadline,
                    interrupt: interrupt)
            }
            interrupt.disarm()
            // A connection that nobody waits for any more closes itself; without one, the thread has no job.
            if case .failure = outcome { thread.stop() }
            opening.finish(
                outcome.map {
                    Connection(
                        session: $0, thread: thread, statementDeadline: statementDeadline)
                })
        }
        let watch = Task {
            // The thread keeps the deadline itself, unless libpq looks up a name for longer.
            try? await Task.sleep(until: deadline + .milliseconds(200), clock: .continuous)
            opening.finish(.failure(.connectingTimedOut(target)))
        }
        defer { watch.cancel() }
        return try await withTaskCancellationHandler {
            await opening.outcome
        } onCancel: {
            interrupt.request()
            opening.finish(.failure(.connectingCancelled))
        }.get()
    }

    // MARK: What is known without asking

    /// The server's version, for example 150018.
    public nonisolated var serverVersion: Int { session.facts.version }
    /// The process that serves this connection, as the server numbers it (a pooler may number anew).
    public nonisolated var backendPID: Int { session.facts.processID }
    /// Whether what is said is encrypted.
    public nonisolated var usesSSL: Bool { session.facts.usesSSL }
    /// The host, or the folder of the socket, that answered.
    public nonisolated var host: String { session.facts.host }
    /// The port that answered.
    public nonisolated var port: String { session.facts.port }
    /// The name of the database.
    public nonisolated var database: String { session.facts.database }
    /// The name of the role that logged in.
    public nonisolated var user: String { session.facts.user }

    /// A setting that the server reported when the connection was made, for example `server_encoding`.
    public nonisolated func parameter(_ name: String) -> String? { session.facts.parameters[name] }

    // MARK: Statements

    /// Runs one statement and returns all its rows, as text.
    ///
    /// - Parameters:
    ///   - sql: One statement, with `$1`, `$2`, … for the bindings, whose types the server infers.
    ///   - bindings: Values in the server's text form; nil is null.
    ///   - deadline: How long it may take in all.
    /// - Returns: The rows, in memory.
    /// - Throws: `server`, `deadlineExceeded`, `cancelled`, `connectionLost` or `misuse`.
    public func query(
        _ sql: String, _ bindings: [String?] = [], deadline: Duration? = nil
    ) async throws(PostgresError) -> Rows {
        try await statement(sql, bindings, deadline) { session throws(PostgresError) in
            guard let result = try session.next() else { return Rows(columns: []) }
            try result.refuseCopy()
            var rows = Rows(columns: result.columnNames)
            result.append(to: &rows)
            return rows
        }
    }

    /// Runs one statement and returns how many rows it affected.
    @discardableResult
    public func execute(
        _ sql: String, _ bindings: [String?] = [], deadline: Duration? = nil
    ) async throws(PostgresError) -> Int {
        try await statement(sql, bindings, deadline) { session throws(PostgresError) in
            guard let result = try session.next() else { return 0 }
            try result.refuseCopy()
            return result.affectedRows
        }
    }

    /// Runs several statements in one go, in one transaction unless they say otherwise.
    ///
    /// For set-up and tests: nothing can be bound.
    public func script(_ sql: String, deadline: Duration? = nil) async throws(PostgresError) {
        try refuseNUL(in: [sql])
        try await unsafe exchange(deadline) { pointer in
            unsafe PQsendQuery(pointer, sql)
        } receive: { session throws(PostgresError) in
            while let result = try session.next() { try result.refuseCopy() }
        }
    }

    /// Asks the server what a statement takes and returns, without running it.
    public func describe(
        _ sql: String, deadline: Duration? = nil
    ) async throws(PostgresError) -> StatementDescription {
        try refuseNUL(in: [sql])
        return try await unsafe exchange(deadline) { pointer in
            unsafe Session.pipelined(pointer) { pointer in
                unsafe PQsendPrepare(pointer, "", sql, 0, nil) == 1
                    && PQsendDescribePrepared(pointer, "") == 1
            }
        } receive: { session throws(PostgresError) in
            var description = StatementDescription(parameterTypeOIDs: [], columns: [])
            try session.pipelineResults { description = StatementDescription(of: $0) }
            return description
        }
    }

    /// Asks for the end of the statement under way, from any thread, without a wait.
    ///
    /// The statement ends in `cancelled`. Without a statement under way it does nothing.
    public nonisolated func cancel() { session.interrupt.request() }

    /// The remarks of the server since the last call; the last hundred, if there were more.
    public func takeNotices() -> [Notice] { session.notices.takeAll() }

    /// Whether a transaction is open, failed or not, at the end of the last statement.
    public var isInTransaction: Bool { session.isInTransaction }

    /// Ends the connection.
    ///
    /// Later statements end in `connectionLost`.
    public func close() { session.close() }

    /// Runs several statements on the connection's own thread, without a hop between them.
    public func run<Value: Sendable, Failure: Error>(
        _ body: @Sendable (isolated Connection) async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        try await body(self)
    }

    // MARK: Exchanges

    func statement<Value: Sendable>(
        _ sql: String, _ bindings: [String?], _ deadline: Duration?,
        receive: (Session) throws(PostgresError) -> Value
    ) async throws(PostgresError) -> Value {
        try refuseNUL(in: bindings + [sql])
        return try await unsafe exchange(
            deadline,
            send: { pointer in
                unsafe withCStrings(bindings) { values in
                    unsafe PQsendQueryParams(
                        pointer, sql, Int32(bindings.count), nil, values, nil, nil, 0)
                }
            }, receive: receive)
    }

    /// Does one exchange, which ends early when the task is cancelled.
    func exchange<Value: Sendable>(
        _ deadline: Duration?, send: (OpaquePointer) -> Int32,
        receive: (Session) throws(PostgresError) -> Value
    ) async throws(PostgresError) -> Value {
        try await withTaskCancellationHandler {
            // Through `self`, or the closure would leave the connection's thread.
            self.assertIsolated()
            return Result { () throws(PostgresError) in
                try unsafe self.session.exchange(
                    deadline: deadline ?? self.statementDeadline, send: send, receive: receive)
            }
        } onCancel: {
            session.interrupt.request()
        }.get()
    }
}

/// C ends its strings at a NUL byte, and would drop the rest in silence.
func refuseNUL(in strings: [String?]) throws(PostgresError) {
    for case let string? in strings where string.holdsNUL {
        throw PostgresError(.misuse, "a text holds a NUL byte, which PostgreSQL cannot take")
    }
}

extension String {
    fileprivate var holdsNUL: Bool {
        unsafe utf8.withContiguousStorageIfAvailable { bytes in
            unsafe bytes.baseAddress.map { unsafe memchr($0, 0, bytes.count) != nil } ?? false
        } ?? utf8.contains(0)
    }
}

extension ServerResult {
    /// Refuses a COPY where a statement was expected.
    fileprivate func refuseCopy() throws(PostgresError) {
        if status == PGRES_COPY_IN || status == PGRES_COPY_OUT {
            throw PostgresError(.misuse, "COPY needs copyIn or copyOut")
        }
    }
}

extension StatementDescription {
    fileprivate init(of result: borrowing ServerResult) {
        self.init(
            parameterTypeOIDs: result.parameterTypes,
            columns: zip(result.columnNames, result.columnTypes).map(Column.init))
    }
}
