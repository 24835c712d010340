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
        help: ArgumentHelp("Grant this role a look at the fixes and the runs.", valueName: "role")
    )
    var auditRole: String?

    func run() async throws {
        try await speakingPlainly {
            let installation = Installation(fixRole: fixRole, auditRole: auditRole)
            let history = HistoryInstallation(historyRole: historyRole, auditRole: auditRole)
            if print {
                Screen.write(try installation.sql() + history.sql())
                return
            }
            let options = try connection.auditOptions(expected: S.expected)
            try await installation.install(
                in: options.target, expected: options.expected, adding: try history.sql())
            Screen.write("the schema assay is in place\n")
        }
    }
}
