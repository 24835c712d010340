import ArgumentParser
import Assay
import Auditor
import Demo
import Postgres
import Reports

/// `assay demo`: audits a warehouse of generated data.
struct Demonstrate<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "demo",
            abstract: "Audit and mend a warehouse of generated data, on a PostgreSQL of its own.",
            discussion: """
                Starts a throw-away PostgreSQL (a socket in a temporary folder, gone afterwards), fills \
                it with a warehouse in which an incident has happened, audits it with this suite, \
                prints the findings and writes the reports. Then it plans, approves, applies, undoes, \
                applies and locks in what mends the incident, and leaves the scripts beside the reports. \
                Needs PostgreSQL's server installed, and touches no database of yours. The same seed \
                gives the same report.
                """)
    }

    @Option(
        help: ArgumentHelp(
            "Another seed gives other data with the same faults.", valueName: "number"))
    var seed = 1

    @Option(help: ArgumentHelp("Where the run's folder of reports is made.", valueName: "folder"))
    var reports = "reports"

    @Flag(help: "Show values of violating rows; all of them are generated.")
    var showValues = false

    @Option(help: "Colour standard output: auto, always or never.")
    var color: ColourChoice = .auto

    func run() async throws {
        try await speakingPlainly {
            let suite = try S.suite()
            let showValues = showValues
            let seed = seed
            Screen.say("starting a throw-away PostgreSQL and filling the warehouse …\n")
            let reports = reports
            let look = RenderOptions(color: Screen.takesColour(color), width: Screen.width)
            try await Interruption.cancelling {
                try await DemoWarehouse.with(seed: seed) { warehouse in
                    var options = AuditOptions(target: warehouse.target)
                    options.showsValues = showValues
                    options.run = "demo"
                    options.now = warehouse.now
                    options.server = "a throw-away server"
                    let report = try await AuditSession(suite: suite, options: options).run()
                    let folder = try ReportFolder(for: report.run, in: reports)
                    try folder.write(report)
                    Screen.write(ReportFormat.terminal.render(report, options: look))
                    Screen.write(
                        "\nThe report as a page: \(folder.path)/\(ReportFormat.html.fileName)\n")
                    if report.trouble != nil || !report.errored.isEmpty { throw ExitCode(2) }
                    let repair = DemoRepair(
                        suite: suite, warehouse: warehouse, fixes: "\(folder.path)/fixes")
                    if repair.isKnown { try await repair.tell() }
                }
            }
        }
    }
}
