public import Postgres

/// What is to be sent where, and how far it has come.
public struct SendJob: Sendable, Hashable {
    /// Whether it goes on.
    public enum State: String, Sendable, Hashable {
        /// Its rows are sent.
        case running
        /// A person had it wait.
        case paused
        /// The webhook is gone, or may not be talked to.
        case stopped
        /// Nothing is left to send.
        case finished
    }

    /// Its identity.
    public let id: String
    /// Scheme, host and port of the webhook; the rest of its address is a secret.
    public let origin: String
    /// The batch that it sends; all rows that were not sent, where nothing is said.
    public let batch: String?
    /// Whether it goes on.
    public let state: State
    /// Why it does not.
    public let reason: String?
    /// When it was begun, as the server writes it.
    public let created: String
    /// When it ended.
    public let settled: String?
    /// How many rows it has in all.
    public let rows: Int
    /// How many wait to be sent, or to be tried again.
    public let waiting: Int
    /// How many are being sent.
    public let sending: Int
    /// How many were delivered.
    public let sent: Int
    /// How many lack a required field, or had been sent by other means.
    public let skipped: Int
    /// How many were given up, and wait for a person.
    public let dead: Int
    /// How many were left when the job was stopped.
    public let stopped: Int
    /// How many of those that are not sent may have arrived, for the answer to an attempt was never seen.
    public let inDoubt: Int

    init?(_ row: Row) {
        guard let id = row["id"], let state = row["state"].flatMap(State.init),
            let origin = row["origin"], let created = row["created_at"]
        else { return nil }
        self.id = id
        self.state = state
        self.origin = origin
        self.created = created
        batch = row["batch_id"]
        reason = row["reason"]
        settled = row["settled_at"]
        rows = row.int("total") ?? 0
        waiting = row.int("waiting") ?? 0
        sending = row.int("sending") ?? 0
        sent = row.int("sent") ?? 0
        skipped = row.int("skipped") ?? 0
        dead = row.int("dead") ?? 0
        stopped = row.int("stopped") ?? 0
        inDoubt = row.int("in_doubt") ?? 0
    }

    /// Rows that were not sent for one reason.
    public struct Unsent: Sendable, Hashable {
        /// `skipped` or `dead`.
        public let state: String
        /// The reason.
        public let reason: String
        /// How many.
        public let rows: Int
        /// The id of one of them.
        public let example: String
        /// What the webhook answered to one of them, cut and without secrets.
        public let answer: String?
    }
}

/// Send jobs, as people and clients handle them.
public struct SendJobs: Sendable {
    private let connection: Connection

    /// Handles them over a connection, as the role `warehouse_ingest`.
    public init(over connection: Connection) { self.connection = connection }

    /// Begins a job, or goes on with the one that is open for this webhook and batch.
    ///
    /// - Parameters:
    ///   - webhook: The whole address, which is kept and never shown.
    ///   - origin: What may be shown of it.
    ///   - batch: Whose rows are sent; every unsent row where nothing is said.
    /// - Returns: The job.
    /// - Throws: `PostgresError`.
    public func start(
        _ webhook: String, origin: String, batch: String?
    ) async throws(PostgresError) -> SendJob {
        let bindings = [webhook, origin, batch]
        var begun: Rows
        do {
            begun = try await connection.query(.startSending, bindings)
        } catch  where error.sqlState == .uniqueViolation {
            // Another job took a row up at the same moment; it is seen now.
            begun = try await connection.query(.startSending, bindings)
        }
        guard let id = begun.scalar, let job = try await job(id) else {
            throw PostgresError(.unexpected, "the job that was begun is not there")
        }
        return job
    }

    /// The newest jobs, 100 at the most.
    public func all() async throws(PostgresError) -> [SendJob] {
        try await connection.query(.showSending, [nil]).compactMap { SendJob($0) }
    }

    /// One job.
    ///
    /// - Returns: Nothing where there is none of this id.
    public func job(_ id: String) async throws(PostgresError) -> SendJob? {
        guard SendJobs.isIdentity(id) else { return nil }
        return try await connection.query(.showSending, [id]).first.flatMap { SendJob($0) }
    }

    /// Why rows of a job were not sent: the 50 most common reasons.
    public func unsent(of job: SendJob) async throws(PostgresError) -> [SendJob.Unsent] {
        try await connection.query(.showUnsent, [job.id]).map { row in
            SendJob.Unsent(
                state: row["state"] ?? "", reason: row["reason"] ?? "", rows: row.int("rows") ?? 0,
                example: row["example"] ?? "", answer: row["answer"])
        }
    }

    /// Has a running job wait.
    ///
    /// - Returns: Whether it ran.
    public func pause(_ job: SendJob) async throws(PostgresError) -> Bool {
        try await !connection.query(.pauseSending, [job.id, "running", "paused"]).isEmpty
    }

    /// Lets a paused job go on.
    ///
    /// - Returns: Whether it was paused.
    public func resume(_ job: SendJob) async throws(PostgresError) -> Bool {
        try await !connection.query(.pauseSending, [job.id, "paused", "running"]).isEmpty
    }

    /// Takes up again what a job gave up, skipped, or left when it was stopped.
    ///
    /// - Returns: How many rows; nothing where another job is open for the same webhook and batch.
    public func retry(_ job: SendJob) async throws(PostgresError) -> Int? {
        do {
            return try await connection.query(.retrySending, [job.id]).first?.int("rows")
        } catch  where error.sqlState == .uniqueViolation {
            return nil
        }
    }

    /// Whether a text may be a job's identity.
    private static func isIdentity(_ text: String) -> Bool {
        text.utf8.count == 36
            && text.utf8.enumerated().allSatisfy { place, byte in
                [8, 13, 18, 23].contains(place)
                    ? byte == 0x2D : Character(Unicode.Scalar(byte)).isHexDigit
            }
    }
}
