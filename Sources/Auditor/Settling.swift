public import Postgres

extension Connection {
    /// Sets what makes a session safe to audit on and its answers the same everywhere, for the length
    /// of the transaction.
    ///
    /// - Parameters:
    ///   - deadline: How long one statement may take.
    ///   - lockTimeout: How long one lock may be waited for.
    /// - Throws: What ends the connection.
    public func settle(
        deadline: Duration, lockTimeout: Duration = .seconds(5)
    ) async throws(PostgresError) {
        try await script(
            """
            SET LOCAL statement_timeout = \(deadline.milliseconds);
            SET LOCAL lock_timeout = \(lockTimeout.milliseconds);
            SET LOCAL idle_in_transaction_session_timeout = 300000;
            SET LOCAL row_security = off;
            SET LOCAL synchronize_seqscans = off;
            SET LOCAL jit = off;
            SET LOCAL TimeZone = 'UTC';
            SET LOCAL DateStyle = 'ISO, YMD';
            SET LOCAL IntervalStyle = 'iso_8601';
            """)
    }
}
