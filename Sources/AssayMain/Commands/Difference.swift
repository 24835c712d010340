import ArgumentParser
import Assay
import Auditor

/// `assay diff`: says what is new and gone between two runs.
struct Difference<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "diff",
            abstract: "Say which violations are new, gone and still there between two runs.",
            discussion: """
                Both runs must have kept their violations.txt, which audits with --baseline do. \
                Needs no database. Exits with 1 where the later run has new violations.

                EXAMPLES
                  assay diff 2026-11-22-041500 2026-11-23-041500
                  assay diff main/violations.txt reports/branch
                  assay diff before after --format json
                """)
    }

    @Argument(help: "The earlier run: its folder's name, or a violations.txt.") var before: String
    @Argument(help: "The later run.") var after: String

    @Option(help: ArgumentHelp("Where the folders of runs are.", valueName: "folder"))
    var reports = "reports"

    @Option(help: "How it is written: terminal, or json for programs.")
    var format: DifferenceFormat = .terminal

    func run() async throws {
        try await speakingPlainly {
            let baseline = try ViolationFile(naming: before, in: reports)
            let later = try ViolationFile(naming: after, in: reports)
            let page = DifferencePage(
                before: baseline.header, after: later.header,
                compared: try later.compared(to: baseline))
            switch format {
            case .terminal: Screen.write(page.text)
            case .json: Screen.write(try page.json())
            }
            if page.new > 0 { throw ExitCode(1) }
        }
    }
}

/// How a difference is written.
enum DifferenceFormat: String, ExpressibleByArgument, CaseIterable {
    case terminal, json
}
