import ArgumentParser
import Assay
import Auditor
import Reports

/// What `assay explain --cause` takes beside the check.
struct CauseOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "With --cause: the column that is traced, where the check names several.",
            valueName: "column"))
    var column: String?

    @Flag(help: "With --cause: show values beside the keys. They may be personal.")
    var showValues = false

    @Option(
        help: ArgumentHelp(
            "With --cause: how many rows are shown of each; 5 where not given.",
            valueName: "count"))
    var samples: Int?

    @Option(
        help: ArgumentHelp(
            "With --cause: how long one statement may take, in seconds; 1800 where not given.",
            valueName: "seconds"))
    var deadline: Int?

    @Option(
        help: """
            With --cause: what is written to standard output: terminal or json; terminal where not given.
            """)
    var format: CauseFormat?

    @Option(
        help: "With --cause: colour standard output: auto, always or never; auto where not given.")
    var color: ColourChoice?

    func validate() throws {
        if let samples, samples < 0 || samples > 100 {
            throw ValidationError("--samples must be 0 to 100")
        }
        if let deadline { try Seconds.validate(deadline, of: "--deadline") }
    }

    /// The first option that was given, none of which says anything without --cause.
    var given: String? {
        let options = [
            ("--column", column != nil), ("--show-values", showValues),
            ("--samples", samples != nil),
            ("--deadline", deadline != nil), ("--format", format != nil), ("--color", color != nil),
        ]
        return options.first(where: \.1)?.0
    }

    /// Finds the causes of a check's violations and writes them to standard output.
    func find(_ check: String, in suite: Suite, options: AuditOptions) async throws {
        var options = options
        options.samples = samples ?? 5
        options.showsValues = showValues
        options.deadline = .seconds(deadline ?? 1_800)
        let line = ProgressLine(of: "steps")
        let provenance = try Provenance(
            of: check, column: column, in: suite, options: options, progress: { line.update($0) })
        let report = try await line.shown {
            try await Interruption.cancelling { try await provenance.report() }
        }
        switch format ?? .terminal {
        case .terminal:
            let look = RenderOptions(color: Screen.takesColour(color ?? .auto), width: Screen.width)
            Screen.write(report.terminal(options: look))
        case .json:
            Screen.write(report.json)
        }
    }
}

/// How causes are written.
enum CauseFormat: String, ExpressibleByArgument, CaseIterable {
    case terminal, json
}
