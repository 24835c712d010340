import ArgumentParser
import Assay
import Auditor
import Fixes

/// `assay fix plan`: writes a repair's SQL and rehearses it.
struct FixPlanCommand<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "plan",
            abstract: "Write the SQL that mends checks, and what it will do.",
            discussion: """
                With checks, the SQL is generated into fixes/NAME/fix.sql. Without any, the fix.sql that \
                stands in fixes/NAME is planned as it is: write one by hand and plan it. Either way it \
                is rehearsed in a transaction that is rolled back, and what it does is written to \
                plan.json. Nothing stays in the database.
                """)
    }

    @Argument(help: "The checks to mend, by identity (`assay list --ids`).")
    var checks: [String] = []

    @Option(
        help: ArgumentHelp(
            "The fix's name; the one that the check gives where not said.", valueName: "name"))
    var name: String?

    @Option(
        help: ArgumentHelp(
            "For a fix.sql written by hand: a check that it mends. Repeatable.", valueName: "check")
    )
    var resolves: [String] = []

    @Flag(help: "Write over a fix.sql that is there.")
    var overwrite = false

    @OptionGroup(title: "Database") var connection: ConnectionOptions
    @OptionGroup(title: "Fixes") var fixes: FixFolderOptions
    @OptionGroup var times: FixTimes

    func validate() throws {
        if checks.isEmpty, name == nil {
            throw ValidationError("name the checks to mend, or a fix with --name")
        }
    }

    func run() async throws {
        try await speakingPlainly {
            let session = try S.fixSession(connection, fixes, times)
            let suite = try S.suite()
            let plan: FixPlan
            let folder: FixFolder
            if checks.isEmpty {
                folder = try fixes.folder(name ?? "")
                plan = try await interruptibly { [folder, resolves] in
                    try await session.plan(folder, resolving: resolves)
                }
            } else {
                let chosen = try suite.selecting(Selection(checks: checks)).checks
                let named = chosen.compactMap(\.check.options.fix).first
                guard let name = name ?? named else {
                    throw Refusal("say what the fix is called: --name NAME")
                }
                folder = try fixes.folder(name)
                plan = try await interruptibly { [folder, overwrite, ids = chosen.map(\.id)] in
                    try await session.generate(folder, for: ids, overwrites: overwrite)
                }
            }
            Screen.write(plan.page(in: folder))
            Screen.write(
                "\nwritten: \(folder.scriptPath), \(folder.planPath)\n"
                    + "next:    assay fix approve \(folder.name)\n")
        }
    }
}
