/// How a transaction sees the data and what it may do to them.
public enum TransactionMode: String, Sendable, CaseIterable {
    /// Each statement sees what was committed before it; changes are allowed.
    case readWrite = "READ COMMITTED, READ WRITE"
    /// Each statement sees what was committed before it; no changes.
    case readOnly = "READ COMMITTED, READ ONLY"
    /// All statements see one snapshot; no changes.
    case repeatableReadReadOnly = "REPEATABLE READ, READ ONLY"
    /// All statements see one snapshot; changes are allowed.
    case repeatableRead = "REPEATABLE READ, READ WRITE"
    /// As if transactions ran one after the other; changes are allowed.
    case serializable = "SERIALIZABLE, READ WRITE"
}

extension Connection {
    /// Begins a transaction.
    public func begin(_ mode: TransactionMode) async throws(PostgresError) {
        try await execute("BEGIN ISOLATION LEVEL \(mode.rawValue)")
    }

    /// Commits the transaction.
    ///
    /// - Parameter deadline: How long the answer may take.
    /// - Throws: `inFailedTransaction` when a statement of it had failed, for the server then rolls back
    ///   in silence. After `connectionLost`, `deadlineExceeded` and `cancelled` it is not known
    ///   whether the commit took place.
    public func commit(deadline: Duration? = nil) async throws(PostgresError) {
        let tag = try await statement("COMMIT", [], deadline) { session throws(PostgresError) in
            try session.next()?.commandTag ?? ""
        }
        if tag == "ROLLBACK" {
            var error = PostgresError(
                .server, "a statement of the transaction had failed: rolled back")
            error.sqlState = .inFailedTransaction
            throw error
        }
    }

    /// Undoes the transaction.
    public func rollback() async throws(PostgresError) { try await execute("ROLLBACK") }

    /// Runs `body` in a transaction: commits when it returns, rolls back when it throws.
    public func transaction<Value: Sendable>(
        _ mode: TransactionMode, _ body: @Sendable (isolated Connection) async throws -> Value
    ) async throws -> Value {
        try await begin(mode)
        let value: Value
        do {
            value = try await body(self)
        } catch {
            await rollbackWhateverHappens()
            throw error
        }
        try await commit()
        return value
    }

    /// Rolls back even when the task is cancelled; a connection that cannot is closed.
    private func rollbackWhateverHappens() async {
        let rolledBack = await Task { [self] in
            do throws(PostgresError) {
                try await self.execute("ROLLBACK", deadline: .seconds(10))
                return true
            } catch {
                return false
            }
        }.value
        if !rolledBack { close() }
    }

    /// Names the snapshot of the transaction, for ``adopt(snapshot:)`` on other connections.
    public func exportSnapshot() async throws(PostgresError) -> String {
        guard let name = try await query("SELECT pg_catalog.pg_export_snapshot()").scalar else {
            throw PostgresError(.unexpected, "the server names no snapshot")
        }
        return name
    }

    /// Has a transaction that has not read yet see what another one sees.
    ///
    /// The transaction must be a repeatable read, and the other one still open.
    public func adopt(snapshot: String) async throws(PostgresError) {
        try await execute("SET TRANSACTION SNAPSHOT \(quotedLiteral(snapshot))")
    }
}
