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
        // A client that is gone ends its statement, where the server can look; not all systems let it.
        let watched =
            serverVersion < 140_000
            ? ""
            : """
            SELECT pg_catalog.set_config('client_connection_check_interval', '5s', true)
                WHERE pg_catalog.version() LIKE '%linux%';
            """
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
            SET LOCAL standard_conforming_strings = on;
            SET LOCAL quote_all_identifiers = off;
            \(watched)
            """)
    }

    /// Changes settings until the transaction is taken back to where they were others.
    ///
    /// - Parameters:
    ///   - settings: Names and values; `nil` for what the server, the role or the caller had chosen.
    ///   - deadline: How long that may take.
    /// - Throws: What ends the connection.
    func set(
        _ settings: [(name: String, value: String?)], deadline: Duration
    ) async throws(PostgresError) {
        let calls = settings.map { name, value in
            let own = "(SELECT reset_val FROM pg_catalog.pg_settings WHERE name = '\(name)')"
            return "set_config('\(name)', \(value.map { "'\($0)'" } ?? own), true)"
        }
        _ = try await query("SELECT \(calls.joined(separator: ", "))", deadline: deadline)
    }
}
