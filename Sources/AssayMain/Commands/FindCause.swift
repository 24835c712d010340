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
        help: ArgumentHelp("With --cause: how many rows are shown of each.", valueName: "count"))
    var samples = 5

    @Option(
        help: ArgumentHelp(
            "With --cause: how long one statement may take, in seconds.", valueName: "seconds"))
    var deadline = 1_800

    @Option(help: "With --cause: what is written to standard output: terminal or json.")
    var format: CauseFormat = .terminal

    @Option(help: "With --cause: colour standard output: auto, always or never.")
    var color: ColourChoice = .auto

    func validate() throws {
        guard samples >= 0, samples <= 100 else {
            throw ValidationError("--samples must be 0 to 100")
        }
        guard deadline >= 1 else { throw ValidationError("--deadline must be at least 1 second") }
    }

    /// Finds the causes of a check's violations and writes them to standard output.
    func find(_ check: String, in suite: Suite, options: AuditOptions) async throws {
        var options = options
        options.samples = samples
        options.showsValues = showValues
        options.deadline = .seconds(deadline)
        let line = ProgressLine(of: "steps")
        let provenance = try Provenance(
            of: check, column: column, in: suite, options: options, progress: { line.update($0) })
        let report = try await line.shown {
            try await Interruption.cancelling { try await provenance.report() }
        }
        switch format {
        case .terminal:
            let look = RenderOptions(color: Screen.takesColour(color), width: Screen.width)
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
