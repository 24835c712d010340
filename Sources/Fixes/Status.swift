import Assay
import Postgres

/// What the database knows of a fix.
public struct FixStatus: Sendable, Hashable {
    /// The fix's name.
    public let name: String
    /// When it was applied, in the server's time.
    public let applied: String
    /// Who applied it.
    public let appliedBy: String
    /// Who had approved of it.
    public let approvedBy: String?
    /// How many rows it changed.
    public let rows: Int
    /// When it was undone, where it was.
    public let undone: String?
    /// The digest of the script and the plan that were applied.
    public let digest: String
}

extension FixSession {
    /// The fixes that were applied, the newest first.
    ///
    /// - Parameter name: Only this one.
    /// - Returns: An entry for each time that one was applied.
    /// - Throws: A refusal, or `PostgresError`.
    public func status(of name: String? = nil) async throws -> [FixStatus] {
        let connection = try await connect()
        let rows = try await connection.query(
            """
            SELECT l.name, to_char(l.applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                l.applied_by, l.approved_by,
                (SELECT count(DISTINCT (j.schema_name, j.table_name, j.key))
                 FROM assay.fix_journal AS j WHERE j.fix = l.id),
                to_char(l.undone_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), l.digest
            FROM assay.fix_ledger AS l WHERE $1::text IS NULL OR l.name = $1
            ORDER BY l.id DESC LIMIT 200
            """, [name], deadline: options.deadline)
        return rows.map { row in
            FixStatus(
                name: row[0] ?? "", applied: row[1] ?? "", appliedBy: row[2] ?? "",
                approvedBy: row[3], rows: row.count(4), undone: row[5], digest: row[6] ?? "")
        }
    }
}
