public import Assay
import Auditor
import Postgres

/// A run that is being recorded: from its beginning on, so that one that dies is seen.
///
/// While it lasts, its session holds an advisory lock that no other run of the suite on the database can
/// take. The audit itself only reads, and may be on a replica; so the lock is held where the history is.
public struct Recording: Sendable {
    /// What is audited.
    public struct Subject: Sendable {
        /// The suite's name.
        public let suite: String
        /// The database's name.
        public let database: String
        /// The cluster's system identifier, where the role may read it.
        public let systemIdentifier: String?
        /// The version of Assay.
        public let version: String

        /// Names what is audited.
        public init(suite: String, database: String, systemIdentifier: String?, version: String) {
            self.suite = suite
            self.database = database
            self.systemIdentifier = systemIdentifier
            self.version = version
        }

        /// True for its runs that ended with a report.
        var isFinished: SQL {
            """
            state = 'finished' AND suite = \(suite) AND database = \(database) \
            AND snapshot_at IS NOT NULL \
            AND system_identifier IS NOT DISTINCT FROM \(.binding(systemIdentifier))
            """
        }
    }

    private let options: HistoryOptions
    private let subject: Subject
    private let connection: Connection
    /// The run's number.
    public let id: Int
    /// Earlier runs that began and never finished.
    public let died: [PastRun]

    /// Begins to record.
    ///
    /// - Parameters:
    ///   - subject: What is audited.
    ///   - options: Where the history is.
    ///   - waiting: Told, once, of the run that is waited for.
    /// - Throws: A refusal where there is no history, a newer one, or another run under way, and
    ///   `PostgresError`.
    public init(
        of subject: Subject, in options: HistoryOptions, waiting: @Sendable (PastRun) -> Void
    ) async throws {
        self.options = options
        self.subject = subject
        connection = try await options.connect()
        try await connection.script(
            "SET statement_timeout = 0; SET lock_timeout = 0"
                + (connection.serverVersion >= 140_000 ? "; SET idle_session_timeout = 0" : ""))
        let words = [subject.suite, subject.database, subject.systemIdentifier ?? ""]
        let key = try await connection.query(
            "SELECT hashtextextended('assay audit ' || $1, 0)", [words.joined(separator: "\n")])
        try await Recording.take(key.scalar, connection, options, waiting)
        let reader = HistoryReader(connection: connection)
        // Whoever held the lock has let it go, one way or another.
        died = try await reader.runs(
            """
            WITH died AS (
                UPDATE assay.runs SET state = 'died' WHERE lock = $1::bigint AND state = 'running'
                RETURNING *
            )
            SELECT \(HistoryReader.columns) FROM died ORDER BY id
            """, [key.scalar])
        let begun = try await connection.query(
            """
            INSERT INTO assay.runs (suite, database, system_identifier, lock, assay)
            VALUES ($1, $2, $3, $4, $5) RETURNING id
            """,
            [
                subject.suite, subject.database, subject.systemIdentifier, key.scalar,
                subject.version,
            ])
        id = begun.scalar.flatMap { Int($0) } ?? 0
    }

    /// Takes the lock, or waits for it, or refuses.
    private static func take(
        _ key: String?, _ connection: Connection, _ options: HistoryOptions,
        _ waiting: @Sendable (PastRun) -> Void
    ) async throws {
        let taken = try await connection.query("SELECT pg_try_advisory_lock($1::bigint)", [key])
        if taken.scalar == "t" { return }
        let other = try await HistoryReader(connection: connection).runs(
            """
            SELECT \(HistoryReader.columns) FROM assay.runs
            WHERE lock = $1::bigint AND state = 'running' ORDER BY id DESC LIMIT 1
            """, [key]
        ).first
        guard options.overlap == .wait else {
            let name = other.map { ": run \($0.id), which began at \($0.started)" } ?? ""
            throw Refusal(
                "another run of this suite on this database is under way\(name); let it end, or wait "
                    + "for it with --overlap wait")
        }
        if let other { waiting(other) }
        _ = try await connection.query("SELECT pg_advisory_lock($1::bigint)", [key])
    }

    /// What earlier runs measured of some checks, by the check's identity.
    public func trends(of checks: [String], last: Int = 90) async throws -> [String: Trend] {
        let statement: SQL = """
            SELECT check_id, extract(epoch FROM snapshot_at), violations, value FROM (
                SELECT id, snapshot_at FROM assay.runs WHERE \(subject.isFinished)
                ORDER BY id DESC LIMIT \(unchecked: String(last))
            ) AS past JOIN assay.results ON run = past.id
            WHERE check_id = ANY (\(checks)::text[]) AND violations IS NOT NULL
            ORDER BY check_id, past.snapshot_at, past.id
            """
        let (text, bindings) = try statement.rendered(quoting: connection.quoted)
        let rows = try await connection.query(text, bindings, deadline: .seconds(60))
        var points: [String: [Trend.Point]] = [:]
        for row in rows {
            guard let check = row[0], let time = row[1].flatMap({ Double($0) }),
                let violations = row[2].flatMap({ Int($0) })
            else { continue }
            points[check, default: []].append(
                Trend.Point(
                    time: time, violations: violations, value: row[3].flatMap { Double($0) }))
        }
        return points.mapValues(Trend.init)
    }

    /// What earlier runs measured of the checks that are held against them, by the check's identity.
    public func past(of checks: [String]) async throws -> [String: Past] {
        try await HistoryReader(connection: connection).past(of: checks, subject)
    }

    /// Records what the run found, all of it or nothing, and ends the recording.
    ///
    /// A connection that was lost meanwhile is made anew.
    ///
    /// - Parameters:
    ///   - report: What it found.
    ///   - status: What the command exits with.
    ///   - isWhole: Whether the whole suite was run.
    /// - Throws: `PostgresError`.
    public func finish(_ report: AuditReport, status: Int32, isWhole: Bool) async throws {
        let statement = finishing(report, status: status, isWhole: isWhole)
        try await write(statement)
    }

    /// Records that the run ended without a report.
    public func fail(_ sentence: String) async throws {
        try await write(
            """
            UPDATE assay.runs SET state = 'finished', finished_at = clock_timestamp(),
                exit_status = 2, trouble = \(sentence)
            WHERE id = \(unchecked: String(id))
            """)
    }

    private func write(_ statement: SQL) async throws {
        let (text, bindings) = try statement.rendered(quoting: connection.quoted)
        do throws(PostgresError) {
            try await connection.execute(text, bindings, deadline: .seconds(300))
        } catch {
            guard error.isConnectionLoss else { throw error }
            let again = try await options.connect()
            try await again.execute(text, bindings, deadline: .seconds(300))
            await again.close()
        }
        await connection.close()
    }
}
