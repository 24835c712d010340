import Assay
import Auditor
public import Postgres

/// The rows and values that were not taken in.
public struct Quarantine: Sendable {
    /// What became of one that waited.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// Nothing yet.
        case waiting
        /// It was taken in after all.
        case released
        /// Somebody decided that it is not wanted.
        case dropped
    }

    /// One row or value.
    public struct Entry: Sendable, Hashable {
        /// Its number.
        public let id: Int
        /// The workflow that it came by.
        public let workflow: String
        /// The copy of the payload that it came from.
        public let rawID: String
        /// Where it stands in the payload.
        public let path: String
        /// The table that it was for.
        public let table: String
        /// The column, where only a value was left out.
        public let column: String?
        /// Why, without the value.
        public let reason: String
        /// Since when it waits.
        public let since: String
        /// What became of it.
        public let state: State
    }

    private let connection: Connection

    /// Looks at the quarantine of a database.
    public init(_ connection: Connection) {
        self.connection = connection
    }

    /// The entries, the oldest first.
    ///
    /// - Parameters:
    ///   - workflow: Only those that came by this workflow.
    ///   - state: Only those in this state.
    ///   - limit: How many at the most.
    /// - Returns: The entries.
    /// - Throws: `PostgresError`.
    public func entries(
        of workflow: String? = nil, in state: State = .waiting, limit: Int = 1_000
    ) async throws(PostgresError) -> [Entry] {
        let rows = try await connection.query(
            .listQuarantine, [state.rawValue, workflow, String(limit)])
        return rows.map { row in
            Entry(
                id: row.int("id") ?? 0, workflow: row["workflow"] ?? "",
                rawID: row["raw_id"] ?? "", path: row["path"] ?? "",
                table: row["table_name"] ?? "", column: row["column_name"],
                reason: row["reason"] ?? "", since: row["since"] ?? "",
                state: row["state"].flatMap(State.init) ?? .waiting)
        }
    }

    /// Gives up some entries that wait; what they held stays in the copy of the payload.
    ///
    /// - Returns: How many waited, and do not any more.
    public func drop(_ ids: [Int]) async throws(PostgresError) -> Int {
        let list = JSONValue.array(ids.map(JSONValue.integer)).text
        return try await connection.query(.dropQuarantined, [list]).count
    }
}

extension Remark {
    /// Remarks as the list of objects that the statements take.
    static func list(_ remarks: [Remark]) -> String {
        JSONValue.array(remarks.map(\.json)).text
    }
}

extension Taking {
    /// Has what was not taken in put aside; the answer says how much of it did not wait there before.
    mutating func gatherQuarantine(
        _ workflow: String, _ raw: TableName, _ rawID: String?
    ) throws(PostgresError) {
        guard !remarks.isEmpty else { return }
        try gather(
            .quarantine, [Remark.list(remarks), workflow, "\(raw)", rawID], for: .quarantined)
    }
}

extension Statement {
    private static let remarks: SQL = """
        jsonb_to_recordset($1::jsonb) AS incoming (path text, table_name text, column_name text, \
        reason text, "row" jsonb, raw_id uuid)
        """

    static let quarantine = Statement(
        "quarantine rows", parameters: 4,
        """
        WITH waiting AS (
            INSERT INTO ingest.quarantine AS stored
                (workflow, raw_table, raw_id, path, table_name, column_name, reason, "row")
            SELECT DISTINCT ON (path, table_name, reason)
                $2, $3, coalesce(raw_id, $4::uuid), path, table_name, column_name, reason, "row"
            FROM \(remarks)
            ORDER BY path, table_name, reason
            ON CONFLICT (raw_id, path, table_name, reason) DO UPDATE
            SET state = 'waiting', settled_at = NULL WHERE stored.state = 'released'
            RETURNING id
        )
        SELECT count(*) FROM waiting
        """)

    static let settle = Statement(
        "settle the quarantine", parameters: 4,
        """
        UPDATE ingest.quarantine AS stored SET state = 'released', settled_at = now()
        WHERE workflow = $2 AND raw_table = $3 AND raw_id = $4::uuid AND state = 'waiting'
            AND NOT EXISTS (SELECT FROM \(remarks)
                WHERE incoming.path = stored.path AND incoming.table_name = stored.table_name
                    AND incoming.reason = stored.reason)
        """)

    /// What of these places waited and does not any more was taken in.
    static let settlePlaces = Statement(
        "settle places of the quarantine", parameters: 3,
        """
        UPDATE ingest.quarantine AS stored SET state = 'released', settled_at = now()
        WHERE workflow = $2 AND state = 'waiting'
            AND path IN (SELECT jsonb_array_elements_text($3::jsonb))
            AND NOT EXISTS (SELECT FROM \(remarks)
                WHERE incoming.path = stored.path AND incoming.table_name = stored.table_name
                    AND incoming.reason = stored.reason)
        """)

    static let listQuarantine = Statement(
        "list the quarantine", parameters: 3,
        """
        SELECT id, workflow, raw_id, path, table_name, column_name, reason, state,
            to_char(quarantined_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since
        FROM ingest.quarantine
        WHERE state = $1 AND ($2::text IS NULL OR workflow = $2) ORDER BY id LIMIT $3
        """)

    static let dropQuarantined = Statement(
        "drop quarantined rows", parameters: 1,
        """
        UPDATE ingest.quarantine SET state = 'dropped', settled_at = now()
        WHERE state = 'waiting'
            AND id IN (SELECT element::bigint FROM jsonb_array_elements_text($1::jsonb) AS element)
        RETURNING id
        """)
}
