import Postgres
import Streams

/// The connections of a run.
extension AuditRun {
    /// A connection as the options say.
    func connect() async throws(PostgresError) -> Connection {
        try await Connection.connect(
            to: options.target, applicationName: "assay audit", timeout: options.connectTimeout)
    }

    /// The connections of the run, all in one snapshot: one for a small database, more where a second
    /// has something to do.
    func connections(
        _ first: Connection, _ second: Result<Connection, PostgresError>?, plan: Plan,
        snapshot: String?
    ) async throws(PostgresError) -> [Connection] {
        guard let snapshot, let second else { return [first] }
        var connections = [first]
        var opened: Result<Connection, PostgresError>? = second
        while connections.count < min(options.connections, plan.works.count) {
            do throws(PostgresError) {
                if let waiting = opened {
                    opened = nil
                    connections.append(try waiting.get())
                } else {
                    connections.append(try await another(in: snapshot))
                }
            } catch {
                // A role or a pooler may allow one connection only; it does all the work then.
                if error.code == .cancelled { throw error }
                return connections
            }
        }
        if case .success(let superfluous)? = opened { await superfluous.close() }
        return connections
    }

    /// Asks on a second connection what an incremental run goes by, in the run's snapshot.
    ///
    /// - Returns: The connection and the answer; `nil` where it was refused or lost: the first one is asked then.
    func beside(
        in snapshot: String?
    ) async -> (connection: Connection, facts: Result<TrackingFacts, KeptDoubt>)? {
        guard let snapshot, let incremental = options.incremental else { return nil }
        do throws(PostgresError) {
            let connection = try await another(in: snapshot)
            let facts = try await TrackingFacts.read(
                for: suite, folder: incremental.folder, options, on: connection)
            return (connection, facts)
        } catch {
            return nil
        }
    }

    /// A second connection: the one that is open already, else one where there is enough to do for two; `nil` where there
    /// is not.
    func second(
        besides plan: Plan, snapshot: String?, open: Connection?
    ) async -> Result<Connection, PostgresError>? {
        if let open { return .success(open) }
        let bytes = plan.tables.reduce(0) { $0 + $1.bytes }
        let isDistributed = plan.tables.contains(where: \.isDistributed)
        guard let snapshot, bytes > AuditRun.smallDatabase || isDistributed else { return nil }
        do throws(PostgresError) {
            return .success(try await another(in: snapshot))
        } catch {
            return .failure(error)
        }
    }

    /// Another connection in the run's snapshot.
    private func another(in snapshot: String) async throws(PostgresError) -> Connection {
        let next = try await connect()
        try await next.begin(.repeatableReadReadOnly)
        try await next.adopt(snapshot: snapshot)
        try await next.settle(deadline: options.deadline)
        try await next.execute("SAVEPOINT assay")
        return next
    }

    /// Below so many bytes in all tables a second connection costs more than it saves.
    private static let smallDatabase = 16 * 1_048_576
}
