public import Postgres

extension Connection {
    /// Sets what makes a transaction safe to audit in and its answers the same everywhere.
    public func settle(deadline: Duration) async throws(PostgresError) {
        try await script(
            """
            SET LOCAL statement_timeout = \(deadline.milliseconds);
            SET LOCAL lock_timeout = 5000;
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
