public import ArgumentParser
import Assay
import Auditor
import Glibc
public import Reports

/// `assay audit`: runs the checks and reports what they find.
struct Audit<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "audit",
            abstract: "Run the checks against a database and report what they find.",
            discussion: """
                The audit reads only: one REPEATABLE READ READ ONLY snapshot, shared by all its \
                connections, on a primary or a replica. It needs a role that can SELECT from the \
                declared tables and nothing else.

                EXAMPLES
                  assay audit --database service=prod --expect-database warehouse
                  assay audit --table 'core.*' --fail-on warning
                  assay audit --check unique --show-values
                  assay audit --baseline last --fail-on new
                  assay audit --format markdown >> "$GITHUB_STEP_SUMMARY"
                """)
    }

    @OptionGroup(title: "Database") var connection: ConnectionOptions
    @OptionGroup(title: "Database") var others: OtherDatabases
    @OptionGroup(title: "Which checks") var choice: SelectionOptions

    @OptionGroup(title: "Comparing") var comparing: BaselineOptions
    @OptionGroup(title: "Only what changed") var incremental: IncrementalFlags
    @OptionGroup(title: "Recording") var recording: RecordOptions
    @OptionGroup(title: "Telling") var notifying: NotifyOptions

    @Option(
        help: """
            Exit with 1 from this severity on: info, warning, error or never; or new, for findings of \
            severity warning and error with violations that the baseline does not have.
            """)
    var failOn: FailOn = .error

    @Option(
        help: """
            What is written to standard output: \
            \(ReportFormat.allCases.map(\.rawValue).joined(separator: ", ")); terminal where not given.
            """)
    var format: ReportFormat?

    @Option(
        help: ArgumentHelp(
            "Write the report of --format to this file, whole or not at all, and nothing to standard "
                + "output.", valueName: "file"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Where the run's folder of reports is made; reports where not given.",
            valueName: "folder"))
    var reports: String?

    @Flag(help: "Write no files, only to standard output.")
    var noReports = false

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("What the run is called; the time where not given.", valueName: "name"))
    var runName: String?

    @Flag(help: "Show values of violating rows. They may be personal; keys are always shown.")
    var showValues = false

    @Option(help: ArgumentHelp("How many violations are shown of each check.", valueName: "count"))
    var samples = 5

    @Option(help: ArgumentHelp("How many connections are used at the most.", valueName: "count"))
    var connections = 2

    @Option(
        help: ArgumentHelp("How long one statement may take, in seconds.", valueName: "seconds"))
    var deadline = 1_800

    @Option(
        help: ArgumentHelp(
            "Do not run a statement that the planner expects to cost more.", valueName: "cost"))
    var maxCost: Double?

    @Option(
        help: """
            Where checks are evaluated: push (in the database), stream (here, on the bytes of the \
            rows), auto (table by table where it costs less), or both, which fails where they differ.
            """)
    var engine: Engine = .auto

    @Flag(
        help: "Say where the checks of each table would be evaluated, and why, and evaluate none.")
    var plan = false

    @Option(
        help: ArgumentHelp(
            "How much memory the run may take; keys that have no room in it go to TMPDIR.",
            valueName: "megabytes"))
    var memory = 256

    @Option(
        help: ArgumentHelp(
            "Read no more than so much of the rows in a second, for a primary at work.",
            valueName: "megabytes"))
    var maxRate: Int?

    @Option(help: "Colour standard output: auto, always or never.")
    var color: ColourChoice = .auto

    @Option(help: "How what is said on standard error is written: text, or json for logs.")
    var logFormat: LogFormat = .text

    func validate() throws {
        guard connections >= 1, connections <= 16 else {
            throw ValidationError("--connections must be 1 to 16")
        }
        guard samples >= 0, samples <= 100 else {
            throw ValidationError("--samples must be 0 to 100")
        }
        if let maxRate, maxRate < 1 || maxRate > 1_048_576 {
            throw ValidationError("--max-rate must be 1 to 1048576 megabytes a second")
        }
        guard memory >= 1, memory <= 1_048_576 else {
            throw ValidationError("--memory must be 1 to 1048576 megabytes")
        }
        try Seconds.validate(deadline, of: "--deadline")
        if failOn == .new, comparing.baseline == nil {
            throw ValidationError("--fail-on new needs --baseline: last, or the name of a run")
        }
        if let maxCost, !(maxCost.isFinite && maxCost >= 0) {
            throw ValidationError("--max-cost must be a number, 0 or more")
        }
        try incremental.validate(choice, engine: engine)
        if let runName, runName.allSatisfy({ $0 == "." }) {
            throw ValidationError("--run needs a name of more than dots")
        }
        if plan, format != nil || output != nil {
            throw ValidationError(
                "--plan evaluates nothing that could be reported; leave out --format and --output")
        }
        if noReports, reports != nil {
            throw ValidationError("--no-reports writes no files; leave it out, or --reports")
        }
    }

    func run() async throws {
        Heap.keepMemory()
        Screen.speak(logFormat)
        try await speakingPlainly {
            let suite = try S.suite().selecting(choice.selection)
            if plan { return try await writePlan(suite) }
            let webhook = try notifying.webhook(hasBaseline: comparing.baseline != nil)
            try refuseUnwritable()
            var options = try auditOptions(suite)
            let recorder = try await recording.recorder(suite, options, isWhole: choice.isEmpty)
            options.past = try await recording.past(suite, options, recorder)
            var report: AuditReport
            do {
                report = try await AuditSession(suite: suite, options: options).run()
            } catch {
                await recorder?.fail(error)
                throw error
            }
            if let recorder { report = await recorder.addTrends(to: report) }
            let problems = write(report, options)
            comparing.note(on: report, isKept: !noReports)
            for note in report.engineNotes { Screen.note("engine", note) }
            var status = report.exitCode(
                failOn: failOn.severity, isAboutNew: failOn == .new)
            if !problems.isEmpty || Screen.loss != nil { status = 2 }
            await recorder?.finish(report, status: status)
            await webhook?.tell(report)
            guard problems.isEmpty else { throw Refusal(problems) }
            if await recorder?.hasFailed == true { status = 2 }
            if status != 0 { throw ExitCode(status) }
        }
    }

    /// Writes where checks would be evaluated.
    private func writePlan(_ suite: Suite) async throws {
        let run = AuditRun(
            suite: suite, options: try auditOptions(suite), version: assayVersion)
        let tables = try await Interruption.cancelling { try await run.evaluationPlan() }
        Screen.write(EvaluationPage(tables: tables).text)
    }

    /// How the run is done.
    private func auditOptions(_ suite: Suite) throws -> AuditOptions {
        var options = try connection.auditOptions(expected: S.expected)
        options.connections = connections
        options.deadline = .seconds(deadline)
        options.samples = samples
        options.showsValues = showValues
        options.maxCost = maxCost
        options.engine = engine
        options.memory = memory * 1_048_576
        options.incremental = incremental.options
        options.maxRate = maxRate.map { $0 * 1_048_576 }
        options.run = runName
        options.others = try others.targets(
            for: suite, known: try S.suite().otherDatabases)
        options.identification = try comparing.identification(
            suite: suite.name, in: reportsFolder, isWhole: choice.isEmpty, writes: !noReports)
        return options
    }

    private var reportsFolder: String { reports ?? "reports" }

    /// Refuses places where nothing can be written, before the first row is read.
    private func refuseUnwritable() throws(Refusal) {
        if !noReports { try ReportFolder.refuseUnwritable(reportsFolder) }
        if let output { try OutputFile(output).refuseUnwritable() }
    }

    /// Writes the report that was asked for, and the folder of reports.
    ///
    /// - Returns: What could not be written. A report without its file goes to standard output, so that no
    ///   audit is lost.
    private func write(_ report: AuditReport, _ options: AuditOptions) -> [Refusal.Item] {
        var problems: [Refusal.Item] = []
        do throws(Refusal) {
            try tell(report)
        } catch {
            problems += error.items
            Screen.write(rendered(report))
        }
        // What was told apart goes with its report or not at all.
        let violations = options.identification?.file
        defer { if let violations { unlink(violations) } }
        guard !noReports else { return problems }
        do throws(Refusal) {
            let folder = try ReportFolder(for: report.run, in: reportsFolder)
            try folder.write(report)
            if let file = violations, report.trouble == nil {
                try folder.take(file, as: ViolationFile.name)
            }
            Screen.note("reports", "\(folder.path)/\(ReportFormat.html.fileName)")
        } catch {
            problems += error.items
        }
        return problems
    }

    private func tell(_ report: AuditReport) throws(Refusal) {
        guard let output else { return Screen.write(rendered(report)) }
        let look = RenderOptions(color: color == .always)
        try OutputFile(output).write((format ?? .terminal).render(report, options: look))
    }

    /// The report as standard output takes it.
    private func rendered(_ report: AuditReport) -> String {
        let look = RenderOptions(color: Screen.takesColour(color), width: Screen.width)
        return (format ?? .terminal).render(report, options: look)
    }
}

/// An audit that a person watches and may interrupt.
struct AuditSession: Sendable {
    let suite: Suite
    let options: AuditOptions

    /// Runs it with a progress line; Ctrl-C ends it with what is known.
    func run() async throws -> AuditReport {
        let line = ProgressLine()
        let run = AuditRun(suite: suite, options: options, version: assayVersion) {
            line.update($0)
        }
        return try await line.shown {
            try await Interruption.cancelling { try await run.report() }
        }
    }
}

/// From which severity on a finding fails the command.
enum FailOn: String, ExpressibleByArgument, CaseIterable {
    case info, warning, error, new, never

    var severity: Severity? { self == .new ? .warning : Severity(rawValue: rawValue) }
}

extension Engine: ExpressibleByArgument {}
extension ReportFormat: ExpressibleByArgument {}
extension ColourChoice: ExpressibleByArgument {}
extension LogFormat: ExpressibleByArgument {}
