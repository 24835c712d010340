import Assay
public import Auditor
import Glibc
import Postgres

/// The commands of a fix: plan, apply, undo, status.
public struct FixSession: Sendable {
    let suite: Suite
    let options: FixOptions

    /// Creates a session.
    ///
    /// - Parameters:
    ///   - suite: The suite whose checks fixes mend.
    ///   - options: How.
    public init(suite: Suite, options: FixOptions) {
        self.suite = suite
        self.options = options
    }

    /// Connects, and refuses a database that is not the expected one.
    func open() async throws -> Connection {
        // The server's own limit comes first; this one is for a server that does not answer.
        let connection = try await Connection.connect(
            to: options.target.noticingSilence, applicationName: "assay fix",
            timeout: options.connectTimeout, statementDeadline: options.deadline + .seconds(5))
        try await connection.refuseUnexpected(options.expected)
        return connection
    }

    /// Connects, and refuses a database that is not the expected one or has no schema `assay`.
    func connect() async throws -> Connection {
        let connection = try await open()
        let installed = try await connection.query(
            "SELECT to_regclass('assay.fix_ledger') IS NOT NULL")
        guard installed.scalar == "t" else {
            throw Refusal(
                "\(connection.database) has no schema assay, where fixes are recorded; the owner of its "
                    + "tables makes it: assay install")
        }
        return connection
    }

    /// Which database answers.
    func identity(_ connection: Connection) async throws(PostgresError) -> FixPlan.Target {
        let database = try await DatabaseIdentity.read(from: connection)
        return FixPlan.Target(
            database: database.name, systemIdentifier: database.systemIdentifier)
    }

    /// Runs work in a transaction that holds Assay's lock, and begins it anew after a lock that was not
    /// to be had, a deadlock or a serialization failure, a bounded number of times.
    ///
    /// - Parameters:
    ///   - connection: The connection.
    ///   - work: Ends the transaction itself.
    /// - Returns: What the work returns.
    /// - Throws: What the work throws; the transaction is rolled back then.
    func attempting<Value: Sendable>(
        _ connection: Connection, _ work: () async throws -> Value
    ) async throws -> Value {
        var attempt = 1
        while true {
            do {
                try await begin(connection)
                return try await work()
            } catch let error as PostgresError {
                await rollBack(connection)
                if error.isConnectionLoss { throw error.withNothingChanged }
                if error.sqlState == .diskFull { throw error.withNoRoom }
                guard error.isRetryable else { throw error }
                guard attempt < options.attempts else {
                    throw await error.namingHolder(on: connection)
                }
                let pause = 200.0 * Double(1 << attempt) * Double.random(in: 0.5...1)
                try await Task.sleep(for: .milliseconds(pause))
                attempt += 1
            } catch {
                await rollBack(connection)
                throw error
            }
        }
    }

    private func begin(_ connection: Connection) async throws(PostgresError) {
        try await settle(connection)
        // One fix at a time: two that touch the same rows would each break what the other promised.
        try await connection.execute(
            "SELECT pg_catalog.pg_advisory_xact_lock(\(FixUnderWay.lock))")
    }

    /// Begins a transaction whose answers are the same everywhere.
    func settle(_ connection: Connection) async throws(PostgresError) {
        try await connection.begin(.readWrite)
        try await connection.script(
            """
            SET LOCAL lock_timeout = \(options.lockTimeout.milliseconds);
            SET LOCAL statement_timeout = \(options.deadline.milliseconds);
            SET LOCAL idle_in_transaction_session_timeout = \(options.idleTimeout.milliseconds);
            -- A client that was killed is noticed within a statement; not every server's system can.
            DO $$ BEGIN SET LOCAL client_connection_check_interval = '5s';
            EXCEPTION WHEN undefined_object OR invalid_parameter_value THEN NULL; END $$;
            SET LOCAL row_security = off;
            SET LOCAL jit = off;
            SET LOCAL TimeZone = 'UTC';
            SET LOCAL DateStyle = 'ISO, YMD';
            SET LOCAL IntervalStyle = 'postgres';
            SET LOCAL extra_float_digits = 1;
            SET LOCAL bytea_output = 'hex';
            """)
    }

    private func rollBack(_ connection: Connection) async {
        do throws(PostgresError) {
            try await connection.rollback()
        } catch {
            await connection.close()
        }
    }
}
