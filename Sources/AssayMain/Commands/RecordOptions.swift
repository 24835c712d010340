import ArgumentParser
import Assay
import Auditor
import History
import Postgres

/// Whether and where a run is recorded.
struct RecordOptions: ParsableArguments {
    @Flag(help: "Record the run and its measures in the history, and show trends.")
    var record = false

    @OptionGroup var history: HistoryConnection

    @Option(
        help: """
            With --record, where another recorded run of this suite on this database is under way: refuse \
            or wait; refuse where not given.
            """)
    var overlap: HistoryOptions.Overlap?

    func validate() throws {
        if overlap != nil, !record { throw ValidationError("--overlap needs --record") }
    }

    /// Begins to record, where that was asked for.
    func recorder(_ suite: Suite, _ options: AuditOptions, isWhole: Bool) async throws -> Recorder?
    {
        guard record else { return nil }
        var place = try history.options()
        place.overlap = overlap ?? .refuse
        place.connectTimeout = options.connectTimeout
        return try await Recorder(suite, options, place, isWhole: isWhole)
    }

    /// What recorded runs measured of the checks that need it: as the recorder says, or as a history
    /// that is only read does.
    ///
    /// - Returns: It, or `nil` where no history is named, or the history could not be read.
    func past(
        _ suite: Suite, _ options: AuditOptions, _ recorder: Recorder?
    ) async throws -> [String: Past]? {
        let checks = suite.checks.filter(\.check.needsPast).map(\.id)
        if checks.isEmpty || record { return await recorder?.past(of: checks) }
        guard history.conninfo != nil else { return nil }
        var place = try history.options()
        place.connectTimeout = options.connectTimeout
        let subject = try await Recording.Subject(of: suite, options)
        do {
            return try await History.past(of: checks, subject, in: place)
        } catch let error as PostgresError where error.code != .cancelled {
            Screen.note("history", "what runs measured cannot be read: \(error)", .error)
            return nil
        }
    }
}

extension Recording.Subject {
    /// Asks the database that is to be audited what it is.
    ///
    /// - Throws: A refusal where the wrong database answers, and `PostgresError`.
    fileprivate init(of suite: Suite, _ options: AuditOptions) async throws {
        let connection = try await Connection.connect(
            to: options.target, applicationName: "assay audit", timeout: options.connectTimeout)
        try await connection.refuseUnexpected(options.expected)
        let database = try await DatabaseIdentity.read(from: connection)
        await connection.close()
        self.init(
            suite: suite.name, database: database.name,
            systemIdentifier: database.systemIdentifier, version: assayVersion)
    }
}

/// A recording that may fail, and never takes the audit with it.
actor Recorder {
    private var recording: Recording?
    private let isWhole: Bool
    /// Whether anything could not be recorded.
    private(set) var hasFailed = false

    /// Begins to record.
    ///
    /// - Throws: A refusal where there is no history, or another run is under way, or the wrong
    ///   database answers; what else goes wrong is said and noted.
    init(
        _ suite: Suite, _ options: AuditOptions, _ place: HistoryOptions, isWhole: Bool
    ) async throws {
        self.isWhole = isWhole
        let subject = try await Recording.Subject(of: suite, options)
        do {
            let begun = try await Interruption.cancelling {
                try await Recording(of: subject, in: place) { other in
                    Screen.note(
                        "history",
                        "waiting for run \(other.id), which began at \(other.started)")
                }
            }
            recording = begun
            for run in begun.died {
                Screen.note(
                    "history",
                    "run \(run.id), which began at \(run.started), died: it never finished",
                    .warning)
            }
        } catch let error as PostgresError where error.code != .cancelled {
            hasFailed = true
            Screen.note("history", "this run is not recorded: \(error)", .error)
        }
    }

    /// What earlier runs measured of the checks that need it; `nil` where that cannot be read.
    func past(of checks: [String]) async -> [String: Past]? {
        guard let recording, !checks.isEmpty else { return nil }
        do {
            return try await recording.past(of: checks)
        } catch {
            Screen.note("history", "what runs measured cannot be read: \(error)", .error)
            return nil
        }
    }

    /// Adds what earlier runs measured of the checks that have something to tell.
    func addTrends(to report: AuditReport) async -> AuditReport {
        let checks = (report.findings + report.known).map(\.id)
        guard let recording, !checks.isEmpty else { return report }
        var report = report
        await noting { report.trends = try await recording.trends(of: checks) }
        return report
    }

    /// Records what the run found.
    func finish(_ report: AuditReport, status: Int32) async {
        guard let recording else { return }
        let isWhole = isWhole
        await noting { try await recording.finish(report, status: status, isWhole: isWhole) }
        if !hasFailed { Screen.note("history", "recorded as run \(recording.id)") }
    }

    /// Records that the run ended without a report.
    func fail(_ error: any Error) async {
        guard let recording else { return }
        await noting { try await recording.fail("\(error)") }
    }

    private func noting(_ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            hasFailed = true
            Screen.note("history", "this run is not recorded: \(error)", .error)
        }
    }
}
