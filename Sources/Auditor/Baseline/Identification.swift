import Assay
import Postgres

/// How the violations of a run are told apart, and what they are compared to.
public struct IdentificationOptions: Sendable {
    /// Where the identities are written; nowhere where nothing is said.
    public var file: String?
    /// The run that this one is compared to.
    public var baseline: BaselineChoice
    /// What stands before each key when it is digested.
    public var salt: String
    /// Whether the whole suite is run.
    public var isWhole: Bool
    /// Of a check with more violations, only their number is kept.
    public var limit = 1_000_000

    /// Creates options.
    public init(file: String?, baseline: BaselineChoice, salt: String, isWhole: Bool) {
        self.file = file
        self.baseline = baseline
        self.salt = salt
        self.isWhole = isWhole
    }
}

/// What is needed to tell the violations of a run apart; see ``Telling``.
struct Identification: Sendable {
    let options: AuditOptions
    let choices: IdentificationOptions
    let form: IdentityPass.Form
    let header: ViolationFile.Header
    let baseline: ViolationFile?
    /// Why files that might have been the baseline are not: a sentence each.
    let skipped: [String]

    /// What came of it.
    struct Result: Sendable {
        /// The run that was compared to, where there is one.
        var baseline: Baseline?
        /// How each check of the plan differs from it.
        var comparisons: [Int: BaselineComparison] = [:]
        /// What kept violations from being told apart, which ends the run.
        var trouble: String?
    }

    /// Finds the baseline, before anything is measured; `nil` where nothing is to be told apart.
    ///
    /// - Throws: A refusal where the baseline is of another suite or database.
    init?(
        _ options: AuditOptions, suite: Suite, database: DatabaseIdentity, now: Double,
        on connection: Connection
    ) async throws {
        guard let choices = options.identification else { return nil }
        let salt = try await connection.query(
            "SELECT encode(substr(sha256(convert_to('assay salt ' || $1, 'UTF8')), 1, 4), 'hex')",
            [choices.salt])
        self.options = options
        self.choices = choices
        form = IdentityPass.Form(salt: choices.salt, database: database)
        header = ViolationFile.Header(
            version: ViolationFile.Header.currentVersion,
            run: options.run ?? Timestamp.fileName(now), time: now, suite: suite.name,
            database: database.name, systemIdentifier: database.systemIdentifier,
            salt: salt.scalar ?? "", isWhole: choices.isWhole)
        var skipped: [String] = []
        baseline = try choices.baseline.file(
            for: header, checks: Set(suite.checks.map(\.id)), skipped: &skipped)
        self.skipped = skipped
    }

    /// Writes the identities, and compares them with the baseline's.
    ///
    /// What was measured is kept, whatever becomes of it.
    func run(_ connection: Connection, _ plan: Plan, _ verdicts: [Verdict]) async -> Result {
        do {
            return try await Telling(
                identification: self, connection: connection, plan: plan, verdicts: verdicts
            ).run()
        } catch let error as PostgresError {
            let sentence = Task.isCancelled ? "the run was interrupted" : "\(error)"
            return Result(trouble: "\(sentence), while violations were told apart")
        } catch {
            return Result(trouble: "\(error)")
        }
    }
}
