import Assay
import Postgres

/// How far a backfill or a replay has come, kept in the database with what it has done.
struct Cursor: Sendable {
    let name: String
    /// The last row that was done, as whoever reads the rows writes it; empty at the beginning.
    var position = ""
    /// How many are done.
    var done = 0
    var tally = Tally.Counts()
    var quarantined = 0

    /// Where one of this name stopped, or the beginning.
    static func find(
        _ name: String, startingOver: Bool, _ connection: Connection
    ) async throws(PostgresError) -> Cursor {
        var cursor = Cursor(name: name)
        guard !startingOver, let row = try await connection.query(.findCursor, [name]).first else {
            return cursor
        }
        cursor.position = row["position"] ?? ""
        cursor.done = row.int("done") ?? 0
        cursor.tally.inserted = row.int("inserted") ?? 0
        cursor.tally.updated = row.int("updated") ?? 0
        cursor.tally.skipped = row.int("skipped") ?? 0
        cursor.quarantined = row.int("quarantined") ?? 0
        return cursor
    }

    /// Keeps it, in the transaction that did the rows.
    func keep(_ connection: Connection) async throws(PostgresError) {
        let counts = [done, tally.inserted, tally.updated, tally.skipped, quarantined]
        _ = try await connection.query(
            .moveCursor, [name, position] + counts.map { String($0) })
    }

    /// Forgets it: all is done.
    func end(_ connection: Connection) async throws(PostgresError) {
        _ = try await connection.query(.endCursor, [name])
    }
}

/// What a backfill or a replay has done so far.
public struct Pass: Sendable, Hashable {
    /// What it is called.
    public let name: String
    /// How many rows or payloads are done, and how many there are.
    public let done: Int
    /// How many there are.
    public let total: Int
    /// What became of their rows.
    public let counts: Tally.Counts
    /// How many rows and values wait in the quarantine that did not before.
    public let quarantined: Int
    /// Whether it went on where an earlier one had stopped.
    public let isResumed: Bool
}

extension Pass {
    init(_ cursor: Cursor, total: Int, isResumed: Bool) {
        self.init(
            name: cursor.name, done: cursor.done, total: max(total, cursor.done),
            counts: cursor.tally, quarantined: cursor.quarantined, isResumed: isResumed)
    }
}

extension Statement {
    static let findCursor = Statement(
        "find a cursor", parameters: 1,
        """
        SELECT position, done, inserted, updated, skipped, quarantined FROM ingest.cursors
        WHERE name = $1
        """)
    static let moveCursor = Statement(
        "move a cursor", parameters: 7,
        """
        INSERT INTO ingest.cursors (name, position, done, inserted, updated, skipped, quarantined)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (name) DO UPDATE SET position = excluded.position, done = excluded.done,
            inserted = excluded.inserted, updated = excluded.updated, skipped = excluded.skipped,
            quarantined = excluded.quarantined, moved_at = now()
        """)
    static let endCursor = Statement(
        "end a cursor", parameters: 1, "DELETE FROM ingest.cursors WHERE name = $1")
}
