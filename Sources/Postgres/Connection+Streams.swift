import CLibPQ

extension Connection {
    /// Runs one statement and hands its rows over in batches, so that memory does not grow with them.
    ///
    /// `each` runs on the connection's thread, and is not to call the connection. An error it throws ends
    /// the statement and comes out of here as it is.
    ///
    /// - Parameters:
    ///   - sql: One statement, with `$1`, `$2`, … for the bindings.
    ///   - bindings: Values in the server's text form; nil is null.
    ///   - batch: How many rows at most come at once; fewer when they are larger than 64 KiB together.
    ///   - deadline: How long it may take in all.
    ///   - each: Takes one batch, which is never empty.
    /// - Throws: ``PostgresError``, and what `each` throws.
    public func stream(
        _ sql: String, _ bindings: [String?] = [], batch: Int = 1000, deadline: Duration? = nil,
        _ each: @Sendable (Rows) throws -> Void
    ) async throws {
        try await stream(sql, bindings, batch: batch, deadline: deadline, into: ()) { _, rows in
            try each(rows)
        }
    }

    /// Runs one statement and gathers its rows, which come in batches, into one value.
    ///
    /// - Parameters:
    ///   - sql: One statement, with `$1`, `$2`, … for the bindings.
    ///   - bindings: Values in the server's text form; nil is null.
    ///   - batch: How many rows at most come at once; fewer when they are larger than 64 KiB together.
    ///   - deadline: How long it may take in all.
    ///   - initial: What to begin with.
    ///   - each: Adds one batch, which is never empty.
    /// - Returns: What came of `initial`.
    /// - Throws: ``PostgresError``, and what `each` throws.
    public func stream<State: Sendable>(
        _ sql: String, _ bindings: [String?] = [], batch: Int = 1000, deadline: Duration? = nil,
        into initial: State, _ each: @Sendable (inout State, Rows) throws -> Void
    ) async throws -> State {
        var caller = Caller()
        var state = initial
        do throws(PostgresError) {
            try await statement(sql, bindings, deadline) { session throws(PostgresError) in
                try session.streamRows()
                var rows: Rows?
                while let result = try session.next() {
                    var gathered = rows.take() ?? Rows(columns: result.columnNames)
                    result.append(to: &gathered)
                    if gathered.count >= batch || gathered.byteCount >= chunkSize {
                        try session.checkInterruption()
                        try caller.run { try each(&state, gathered) }
                        gathered.removeAll()
                    }
                    rows = gathered
                }
                if let rows, !rows.isEmpty { try caller.run { try each(&state, rows) } }
            }
        } catch {
            throw caller.refusal ?? error
        }
        return state
    }

    /// Runs a `COPY … TO STDOUT` and hands over its bytes in chunks of whole rows, 64 KiB and more.
    ///
    /// `each` runs on the connection's thread, and is not to call the connection. An error it throws ends
    /// the statement and comes out of here as it is.
    public func copyOut(
        _ sql: String, deadline: Duration? = nil, _ each: @Sendable (Span<UInt8>) throws -> Void
    ) async throws {
        try await copyOut(sql, deadline: deadline, into: ()) { _, chunk in try each(chunk) }
    }

    /// Runs a `COPY … TO STDOUT` and gathers its bytes, which come in chunks of whole rows, into one value.
    ///
    /// - Returns: What came of `initial`.
    public func copyOut<State: Sendable>(
        _ sql: String, deadline: Duration? = nil, into initial: State,
        _ each: @Sendable (inout State, Span<UInt8>) throws -> Void
    ) async throws -> State {
        var caller = Caller()
        var state = initial
        do throws(PostgresError) {
            try await statement(sql, [], deadline) { session throws(PostgresError) in
                try session.expect(PGRES_COPY_OUT)
                var chunk: [UInt8] = []
                while try unsafe session.nextCopyMessage({ unsafe chunk.append(contentsOf: $0) }) {
                    guard chunk.count >= chunkSize else { continue }
                    try session.checkInterruption()
                    try caller.run { try each(&state, chunk.span) }
                    chunk.removeAll(keepingCapacity: true)
                }
                // The error of a COPY that broke off comes after its data.
                while try session.next() != nil {}
                if !chunk.isEmpty { try caller.run { try each(&state, chunk.span) } }
            }
        } catch {
            throw caller.refusal ?? error
        }
        return state
    }

    /// Runs a `COPY … FROM STDIN` with what `write` gives the writer.
    ///
    /// `write` runs on the connection's thread, and is not to call the connection. An error it throws
    /// undoes the COPY and comes out of here as it is.
    ///
    /// - Returns: How many rows the server took in.
    @discardableResult
    public func copyIn(
        _ sql: String, deadline: Duration? = nil,
        _ write: @Sendable (borrowing CopyWriter) throws -> Void
    ) async throws -> Int {
        var caller = Caller()
        do throws(PostgresError) {
            return try await statement(sql, [], deadline) { session throws(PostgresError) in
                try session.expect(PGRES_COPY_IN)
                do throws(PostgresError) {
                    try caller.run { try write(CopyWriter(session: session)) }
                } catch {
                    try session.endCopy(failing: "the client gave up")
                    throw error
                }
                try session.endCopy(failing: nil)
                return try session.next()?.affectedRows ?? 0
            }
        } catch {
            throw caller.refusal ?? error
        }
    }
}

/// How many bytes are gathered before they are handed over.
private let chunkSize = 64 * 1024

/// The caller's closure, whose errors must not be taken for the database's.
private struct Caller {
    private(set) var refusal: (any Error)?

    mutating func run(_ body: () throws -> Void) throws(PostgresError) {
        do {
            try body()
        } catch let error as PostgresError {
            throw error
        } catch {
            refusal = error
            throw PostgresError(.cancelled, "the caller gave up")
        }
    }
}

extension Session {
    fileprivate func expect(_ status: ExecStatusType) throws(PostgresError) {
        guard let result = try next(), result.status == status else {
            let direction = status == PGRES_COPY_IN ? "FROM STDIN" : "TO STDOUT"
            throw PostgresError(.misuse, "the statement is no COPY … \(direction)")
        }
    }
}
