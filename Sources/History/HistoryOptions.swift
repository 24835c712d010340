public import Assay
import Auditor
public import Postgres

/// Where the history is kept.
public struct HistoryOptions: Sendable {
    /// The database, as a role that may record.
    public var target: DatabaseTarget
    /// How long a connection may take to come about.
    public var connectTimeout: Duration = .seconds(10)
    /// What becomes of a run while another one of the same suite on the same database is under way.
    public var overlap = Overlap.refuse

    /// What becomes of a run while another one is under way.
    public enum Overlap: String, Sendable, CaseIterable {
        /// It is refused.
        case refuse
        /// It waits for the other one to end.
        case wait
    }

    /// Creates options for a database.
    public init(target: DatabaseTarget) {
        self.target = target
    }

    /// Connects, and refuses a database without a history, or with a newer one.
    func connect() async throws -> Connection {
        let connection = try await Connection.connect(
            to: target, applicationName: "assay history", timeout: connectTimeout)
        let place = try await connection.query(
            "SELECT to_regclass('assay.history_version') IS NOT NULL")
        guard place.scalar == "t" else {
            throw Refusal(
                "\(connection.database) has no history; the owner of its schema assay makes it: "
                    + "assay install")
        }
        let version = try await connection.query(
            "SELECT coalesce(max(version), 0) FROM assay.history_version")
        let installed = version.scalar.flatMap { Int($0) } ?? 0
        guard installed == HistoryInstallation.version else {
            let advice =
                installed < HistoryInstallation.version
                ? "the owner of its schema assay brings it up to date, and loses nothing: assay install"
                : "use the command that installed it"
            throw Refusal(
                "the history in \(connection.database) is of version \(installed), and this command "
                    + "keeps version \(HistoryInstallation.version); \(advice)")
        }
        return connection
    }
}

/// A run as the history knows it.
public struct PastRun: Sendable, Hashable {
    /// Its number.
    public let id: Int
    /// What it was called; `nil` where it did not get so far.
    public let name: String?
    /// The audited database.
    public let database: String
    /// `running`, `finished` or `died`.
    public let state: String
    /// When it began, by the history's clock: `2026-11-23T04:15:00Z`.
    public let started: String
    /// What the command exited with.
    public let status: Int?
    /// How many checks had each outcome.
    public let outcomes: [Outcome: Int]
    /// All violations.
    public let violations: Int?
    /// Violations that the baseline did not have.
    public let new: Int?
    /// Violations that only the baseline had.
    public let gone: Int?
    /// How long it took, in seconds.
    public let seconds: Double?
    /// What ended it before its end.
    public let trouble: String?
}
