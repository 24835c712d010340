import ArgumentParser
import Assay
import Auditor
import Fixes
import History

/// `assay install`: makes the schema in which fixes and runs are recorded.
struct Install<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "install",
            abstract:
                "Make the schema assay, where fixes are recorded so that they can be undone, and runs.",
            discussion: """
                Run it as the owner of the tables that fixes may touch; where only runs are recorded, \
                in whatever database keeps them. What is there already stays, so \
                that it can be run again after an update. --print shows the SQL and runs nothing.

                EXAMPLE
                  assay install --track core.company_customers --audit-role assay_reader
                """)
    }

    @OptionGroup(title: "Database") var connection: ConnectionOptions

    @Flag(help: "Print the SQL and run nothing.")
    var print = false

    @Option(help: ArgumentHelp("Grant this role what applying fixes needs.", valueName: "role"))
    var fixRole: String?

    @Option(help: ArgumentHelp("Grant this role what recording runs needs.", valueName: "role"))
    var historyRole: String?

    @Option(
        help: ArgumentHelp(
            "Grant this role a look at the fixes, the runs and the logs of changes.",
            valueName: "role")
    )
    var auditRole: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Log which rows of these tables change, by their keys, for assay audit --incremental.",
            valueName: "table"))
    var track: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Log changes of these tables no longer.", valueName: "table"))
    var untrack: [String] = []

    func run() async throws {
        try await speakingPlainly {
            let installation = Installation(fixRole: fixRole, auditRole: auditRole)
            let history = HistoryInstallation(historyRole: historyRole, auditRole: auditRole)
            let tracking = Tracking(
                track.map { TableName($0) }, untracking: untrack.map { TableName($0) },
                auditRole: auditRole)
            let more = try history.sql() + tracking.sql()
            if print {
                Screen.write(try installation.sql() + more)
                return
            }
            let options = try connection.auditOptions(expected: S.expected)
            try await installation.install(
                in: options.target, expected: options.expected, adding: more)
            Screen.write("the schema assay is in place\n")
        }
    }
}
