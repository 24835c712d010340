import Assay
import Auditor
import Postgres

/// Reads what the history holds.
struct HistoryReader: Sendable {
    let connection: Connection

    /// The columns of ``PastRun`` in their order.
    static let columns = """
        id, name, database, state, \
        to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), exit_status, \
        passed, warned, failed, errored, known, not_applicable, violations, new, gone, seconds, trouble
        """

    /// The runs that a statement over these columns returns.
    func runs(_ sql: String, _ bindings: [String?]) async throws(PostgresError) -> [PastRun] {
        let rows = try await connection.query(sql, bindings, deadline: .seconds(60))
        return rows.map { row in
            func number(_ column: Int) -> Int? { row[column].flatMap { Int($0) } }
            let outcomes: [Outcome] = [
                .passed, .warned, .failed, .errored, .known, .notApplicable,
            ]
            let counts = outcomes.enumerated().map { ($1, number($0 + 6) ?? 0) }
            return PastRun(
                id: number(0) ?? 0, name: row[1], database: row[2] ?? "", state: row[3] ?? "",
                started: row[4] ?? "", status: number(5),
                outcomes: Dictionary(counts) { first, _ in first },
                violations: number(12), new: number(13), gone: number(14),
                seconds: row[15].flatMap { Double($0) }, trouble: row[16])
        }
    }
}

/// What the history holds of a suite.
public struct History: Sendable {
    private let options: HistoryOptions
    private let suite: String

    /// What one run measured of a check.
    public struct Entry: Sendable, Hashable {
        /// The run's number.
        public let run: Int
        /// The audited database.
        public let database: String
        /// When the snapshot was taken, in seconds since 1970.
        public let time: Double
        /// What became of the check.
        public let outcome: String
        /// How many violations there were; `nil` where it could not be evaluated.
        public let violations: Int?
        /// Rows in scope.
        public let scope: Int?
        /// Violations that the baseline did not have.
        public let new: Int?
        /// Violations that only the baseline had.
        public let gone: Int?
        /// The value, for a check that is held against earlier runs.
        public let value: Double?
    }

    /// Opens the history of a suite.
    public init(of suite: String, in options: HistoryOptions) {
        self.suite = suite
        self.options = options
    }

    /// The last runs, the newest first.
    ///
    /// A run whose lock nobody holds has died, whether or not that was noted.
    public func runs(last: Int) async throws -> [PastRun] {
        let connection = try await options.connect()
        let columns = HistoryReader.columns.replacing(" state,", with: " \(History.state),")
        let runs = try await HistoryReader(connection: connection).runs(
            """
            SELECT \(columns) FROM assay.runs
            WHERE suite = $1 ORDER BY id DESC LIMIT \(last)
            """, [suite])
        await connection.close()
        return runs
    }

    /// An advisory lock of 64 bits shows its halves in `pg_locks`.
    private static let state = """
        CASE WHEN state = 'running' AND NOT EXISTS (
            SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND (classid::bigint << 32 | objid::bigint) = lock
                AND pid = backend
        ) THEN 'died' ELSE state END
        """

    /// What the last runs measured of a check, the earliest first.
    ///
    /// - Throws: A refusal where the history knows no such check.
    public func entries(of check: String, last: Int) async throws -> [Entry] {
        let connection = try await options.connect()
        let rows = try await connection.query(
            """
            SELECT run, database, extract(epoch FROM snapshot_at), outcome, r.violations, scope,
                r.new, r.gone, r.value
            FROM assay.results AS r JOIN assay.runs ON runs.id = run
            WHERE suite = $1 AND check_id = $2 ORDER BY run DESC LIMIT \(last)
            """, [suite, check], deadline: .seconds(60))
        guard !rows.isEmpty else {
            let known = try await connection.query(
                """
                SELECT check_id FROM assay.results WHERE run =
                    (SELECT max(run) FROM assay.results JOIN assay.runs ON id = run WHERE suite = $1)
                ORDER BY position
                """, [suite], deadline: .seconds(60))
            let hint = Nearest.suggestion(for: check, among: known.compactMap { $0[0] })
            throw Refusal("the history holds no check called \(check) of the suite \(suite)\(hint)")
        }
        await connection.close()
        return rows.reversed().map { row in
            func number(_ column: Int) -> Int? { row[column].flatMap { Int($0) } }
            return Entry(
                run: number(0) ?? 0, database: row[1] ?? "",
                time: row[2].flatMap { Double($0) } ?? 0, outcome: row[3] ?? "",
                violations: number(4), scope: number(5), new: number(6), gone: number(7),
                value: row[8].flatMap { Double($0) })
        }
    }

    /// Removes runs that began longer ago, but none that is under way.
    ///
    /// - Parameter days: How many days are kept.
    /// - Returns: How many runs were removed.
    /// - Throws: A refusal, or `PostgresError`.
    public func prune(keeping days: Int) async throws -> Int {
        let connection = try await options.connect()
        let removed = try await connection.execute(
            """
            DELETE FROM assay.runs WHERE suite = $1 AND started_at < now() - make_interval(days => $2)
                AND (\(History.state)) <> 'running'
            """, [suite, String(days)], deadline: .seconds(600))
        await connection.close()
        return removed
    }
}
