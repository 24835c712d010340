import ArgumentParser
import Assay
import Auditor
import Fixes

/// `assay fix plan`: writes a repair's SQL and rehearses it.
struct FixPlanCommand<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "plan",
            abstract:
                "Rehearse the fix.sql that stands in fixes/NAME, and write down what it does.",
            discussion: """
                It is rehearsed in a transaction that is rolled back, and what it does is written to \
                plan.json. Nothing stays in the database.
                """)
    }

    @Argument(help: "The fix.") var name: String

    @Option(help: ArgumentHelp("A check that it mends. Repeatable.", valueName: "check"))
    var resolves: [String] = []

    @OptionGroup(title: "Database") var connection: ConnectionOptions
    @OptionGroup(title: "Fixes") var fixes: FixFolderOptions
    @OptionGroup var times: FixTimes

    func run() async throws {
        try await speakingPlainly {
            let session = try S.fixSession(connection, fixes, times)
            let folder = try fixes.folder(name)
            let plan = try await session.plan(folder, resolving: resolves)
            Screen.write(plan.page(in: folder))
            Screen.write(
                "\nwritten: \(folder.scriptPath), \(folder.planPath)\n"
                    + "next:    assay fix approve \(folder.name)\n")
        }
    }
}
