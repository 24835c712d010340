import Auditor
import Ingest
import Postgres
import Synchronization

/// Whether the database fits this version, as it was found last.
///
/// Anybody may ask whether the service is ready, and as often as they like; holding every statement against the
/// database each time would be theirs to overload it with.
final class Fitness: Sendable {
    private struct Finding {
        let found: ContinuousClock.Instant
        let refusals: [Refusal.Item]
    }

    private let last = Mutex<Finding?>(nil)

    /// How long what was found holds.
    private static let term = Duration.seconds(60)

    /// What does not fit; the database is asked whether it answers each time, and what it lacks once a minute.
    func refusals(
        of statements: [Statement], on connection: Connection
    ) async throws(PostgresError) -> [Refusal.Item] {
        if let known = last.withLock({ $0 }), ContinuousClock.now - known.found < Self.term {
            _ = try await connection.query("SELECT 1")
            return known.refusals
        }
        let refusals = try await Contracts(statements).refusals(on: connection, as: nil)
        last.withLock { $0 = Finding(found: .now, refusals: refusals) }
        return refusals
    }
}
