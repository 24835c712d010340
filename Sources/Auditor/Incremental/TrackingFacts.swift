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
        /// What its log says that happened since then.
        let changes: Result<Changes, KeptDoubt>
    }

    /// What a log says that happened.
    struct Changes: Sendable {
        /// How many entries say so, or one more than the most that are looked at.
        let entries: Int
        /// The keys they name, which are put in order while the run is planned; `nil` where they are to be read in
        /// their turn.
        var keys: Task<Shared<ChangedKeys>, Never>?
        /// How many bytes of memory those take.
        var byteCount = 0

        /// What happened where nothing did.
        static let none = Changes(entries: 0)
    }

    /// A state, and which of those that were kept of the table it is.
    typealias Kept = (state: KeptState, mark: StateMark, hashKey: UInt64)

    let server: TrackingServer
    /// The tables, in the order of the suite.
    let tables: [Table]

    /// Asks for it.
    ///
    /// - Parameters:
    ///   - suite: What is promised.
    ///   - folder: The folder in which is kept what runs learned, as a person calls it.
    ///   - options: How the run is done.
    ///   - connection: A connection in the run's snapshot, with a savepoint to go back to.
    /// - Returns: The facts, or why no table can be tracked.
    /// - Throws: What ends the connection.
    static func read(
        for suite: Suite, folder: String, _ options: AuditOptions, on connection: Connection
    ) async throws(PostgresError) -> Result<TrackingFacts, KeptDoubt> {
        guard connection.serverVersion >= 130_000 else {
            return .failure(KeptDoubt("change logs need PostgreSQL 13"))
        }
        let deadline = options.deadline
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
        // A run that is to be gentle reads logs as it reads tables.
        var room = options.maxCost == nil && options.maxRate == nil ? options.keyMemory / 4 : 0
        var tables: [Table] = []
        for (row, state) in zip(rows, states) {
            let tracked = TrackedTable(row)
            let kept = await state.value
            let changes = try await changes(
                of: tracked, since: kept, within: room, on: connection, deadline)
            if case .success(let changes) = changes { room -= changes.byteCount }
            tables.append(Table(tracked: tracked, kept: kept, changes: changes))
        }
        return .success(TrackingFacts(server: server, tables: tables))
    }

    /// What a log says that happened since a state was kept.
    private static func changes(
        of tracked: TrackedTable, since kept: Result<Kept?, KeptDoubt>, within room: Int,
        on connection: Connection, _ deadline: Duration
    ) async throws(PostgresError) -> Result<Changes, KeptDoubt> {
        guard let log = tracked.log, tracked.problem == nil, case .success(let kept?) = kept else {
            return .success(.none)
        }
        do throws(PostgresError) {
            let most = tracked.logsKeys ? Increment.most(of: kept.state) : 0
            if tracked.logsKeys, room > 0,
                let keys = try await keys(
                    of: tracked, log, since: kept, most: most, within: room, on: connection,
                    deadline)
            {
                let (entries, bytes) = (keys.value.entryCount, keys.value.byteCount)
                guard entries <= most else { return .success(Changes(entries: entries)) }
                let arranged = Task {
                    keys.value.arrange()
                    return keys
                }
                return .success(Changes(entries: entries, keys: arranged, byteCount: bytes))
            }
            let size = try await connection.ask(
                ChangeLog.size(of: log, since: kept.state.snapshot, most: most), deadline)
            if let entries = size.scalar.flatMap({ Int($0) }) {
                return .success(Changes(entries: entries))
            }
            return .failure(KeptDoubt("its change log cannot be read"))
        } catch {
            if error.isFatal { throw error }
            return .failure(
                KeptDoubt("its change log cannot be read: \(error.messageWithoutValues)"))
        }
    }

    /// The keys that a log names since a state was kept; `nil` where they take too much memory.
    private static func keys(
        of tracked: TrackedTable, _ log: String, since kept: Kept, most: Int, within room: Int,
        on connection: Connection, _ deadline: Duration
    ) async throws(PostgresError) -> Shared<ChangedKeys>? {
        struct TooMuch: Error {}
        let statement = ChangeLog.entries(
            of: log, key: tracked.keyTypes, since: kept.state.snapshot, most: most)
        let keys = Shared(ChangedKeys(types: tracked.keyTypes, hashKey: kept.hashKey))
        do {
            _ = try await connection.copyOut(
                "COPY (\(try statement.literalText(on: connection))) TO STDOUT (FORMAT binary)",
                deadline: deadline, into: true
            ) { isFirst, chunk in
                let begins = isFirst
                try chunk.withUnsafeBytes { try keys.value.add($0, isFirst: begins) }
                isFirst = false
                if keys.value.byteCount > room { throw TooMuch() }
            }
        } catch {
            let problem = error as? PostgresError ?? .init(.misuse, "\(error)")
            if problem.isFatal { throw problem }
            try await connection.execute("ROLLBACK TO SAVEPOINT assay")
            if error is TooMuch { return nil }
            throw problem
        }
        return keys
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
