import Assay
import Postgres
import Streams

/// What an incremental run goes by, beside the catalog: what the server says of the tables' change logs, and what
/// was kept.
///
/// None of it needs the catalog, so that another connection asks for it meanwhile.
struct TrackingFacts: Sendable {
    /// A table of the suite.
    struct Table: Sendable {
        let tracked: TrackedTable
        /// What was kept of it; `nil` where nothing was.
        let kept: Result<Kept?, KeptDoubt>
        /// How many entries its log has since then, or one more than the most that are looked at.
        let entries: Result<Int, KeptDoubt>
    }

    /// A state, and which of those that were kept of the table it is.
    typealias Kept = (state: KeptState, mark: StateMark)

    let server: TrackingServer
    /// The tables, in the order of the suite.
    let tables: [Table]

    /// Asks for it.
    ///
    /// - Parameters:
    ///   - suite: What is promised.
    ///   - folder: The folder in which is kept what runs learned, as a person calls it.
    ///   - connection: A connection in the run's snapshot, with a savepoint to go back to.
    ///   - deadline: How long one statement may take.
    /// - Returns: The facts, or why no table can be tracked.
    /// - Throws: What ends the connection.
    static func read(
        for suite: Suite, folder: String, on connection: Connection, deadline: Duration
    ) async throws(PostgresError) -> Result<TrackingFacts, KeptDoubt> {
        guard connection.serverVersion >= 130_000 else {
            return .failure(KeptDoubt("change logs need PostgreSQL 13"))
        }
        let server: TrackingServer
        let database: String
        do {
            let state = try await connection.ask(
                "SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.current_database()", deadline)
            let isInRecovery = state.first?[0] == "t"
            database = state.first?[1] ?? ""
            let answer = try await connection.ask(
                TrackingServer.query(isInRecovery: isInRecovery), deadline)
            guard let found = TrackingServer(answer, isInRecovery: isInRecovery) else {
                return .failure(KeptDoubt("the server does not say what the run sees"))
            }
            server = found
        } catch {
            if error.isFatal { throw error }
            return .failure(
                KeptDoubt("the server does not say what it has seen: \(error.messageWithoutValues)")
            )
        }
        guard server.isTracking else {
            return .failure(
                KeptDoubt(
                    "no table is tracked, or this role may not see which; assay install --track sets that up"
                ))
        }
        let names = suite.tables.map(\.name)
        // Files of megabytes are read while the server answers.
        let states = names.map { table in
            Task {
                Result { () throws(KeptDoubt) in
                    try StateFolder(folder, suite: suite.name, database: database).state(of: table)
                }
            }
        }
        let rows = try await connection.ask(TrackedTable.query(names), deadline)
        guard rows.count == names.count else {
            return .failure(KeptDoubt("the catalog changed meanwhile"))
        }
        var tables: [Table] = []
        for (row, state) in zip(rows, states) {
            let tracked = TrackedTable(row)
            let kept = await state.value
            tables.append(
                Table(
                    tracked: tracked, kept: kept,
                    entries: try await entries(of: tracked, since: kept, on: connection, deadline)))
        }
        return .success(TrackingFacts(server: server, tables: tables))
    }

    /// How many entries a log has since a state was kept.
    private static func entries(
        of tracked: TrackedTable, since kept: Result<Kept?, KeptDoubt>, on connection: Connection,
        _ deadline: Duration
    ) async throws(PostgresError) -> Result<Int, KeptDoubt> {
        guard let log = tracked.log, tracked.problem == nil, case .success(let kept?) = kept else {
            return .success(0)
        }
        let most = tracked.logsKeys ? Increment.most(of: kept.state) : 0
        do throws(PostgresError) {
            let size = try await connection.ask(
                ChangeLog.size(of: log, since: kept.state.snapshot, most: most), deadline)
            if let entries = size.scalar.flatMap({ Int($0) }) { return .success(entries) }
            return .failure(KeptDoubt("its change log cannot be read"))
        } catch {
            if error.isFatal { throw error }
            return .failure(
                KeptDoubt("its change log cannot be read: \(error.messageWithoutValues)"))
        }
    }
}

extension Connection {
    /// Asks what may fail without ending the transaction, which goes back to its savepoint then.
    func ask(_ sql: SQL, _ deadline: Duration) async throws(PostgresError) -> Rows {
        let (text, bindings) = try sql.rendered(quoting: quoted)
        do throws(PostgresError) {
            return try await query(text, bindings, deadline: deadline)
        } catch {
            if !error.isFatal { try await execute("ROLLBACK TO SAVEPOINT assay") }
            throw error
        }
    }
}
