public import Assay
import Postgres

extension HistoryReader {
    /// What the last runs of a subject measured of some checks, by the check's identity.
    ///
    /// A run of a part of the suite is no gap in what the others measured: each check has its own last
    /// runs.
    func past(
        of checks: [String], _ subject: Recording.Subject
    ) async throws(PostgresError) -> [String: Past] {
        let statement: SQL = """
            SELECT wanted.id, extract(epoch FROM past.snapshot_at), past.value
            FROM unnest(\(checks)::text[]) AS wanted (id) CROSS JOIN LATERAL (
                SELECT run, snapshot_at, value FROM assay.results JOIN assay.runs ON runs.id = run
                WHERE check_id = wanted.id AND value IS NOT NULL AND \(subject.isFinished)
                ORDER BY run DESC LIMIT \(unchecked: String(Past.reach))
            ) AS past
            ORDER BY wanted.id, past.run
            """
        let (text, bindings) = try statement.rendered(quoting: connection.quoted)
        let rows = try await connection.query(text, bindings, deadline: .seconds(60))
        var points: [String: [Past.Point]] = [:]
        for row in rows {
            guard let check = row[0], let time = row[1].flatMap({ Double($0) }),
                let value = row[2].flatMap({ Double($0) })
            else { continue }
            points[check, default: []].append(Past.Point(time: time, value: value))
        }
        return points.mapValues { Past($0) }
    }
}

extension History {
    /// What recorded runs measured of some checks, for a run that is not recorded itself.
    ///
    /// - Parameters:
    ///   - checks: The checks' identities.
    ///   - subject: What is audited.
    ///   - options: Where the history is; a role that may only look at it will do.
    /// - Returns: What they measured, by the check's identity.
    /// - Throws: A refusal where there is no history, or a newer one, and `PostgresError`.
    public static func past(
        of checks: [String], _ subject: Recording.Subject, in options: HistoryOptions
    ) async throws -> [String: Past] {
        let connection = try await options.connect()
        let past = try await HistoryReader(connection: connection).past(of: checks, subject)
        await connection.close()
        return past
    }
}
