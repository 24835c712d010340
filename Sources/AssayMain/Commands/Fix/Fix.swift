import ArgumentParser
import Auditor
import Fixes
import FoundationEssentials
import Glibc
import Postgres

/// `assay fix`: repairs that are planned, reviewed, applied, undone and locked in.
struct Fix<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "fix",
            abstract: "Plan, review, apply, undo and lock in repairs of the data.",
            discussion: """
                A fix is a folder in fixes/: fix.sql (plain SQL), plan.json (what it will do, as it was \
                rehearsed) and approval.json (who agreed to exactly that).

                EXAMPLES
                  assay fix plan core.company_customers/normalized:origin_company_domain
                  assay fix show normalise-customer-domains
                  assay fix approve normalise-customer-domains
                  assay fix apply normalise-customer-domains            a dry run
                  assay fix apply normalise-customer-domains --apply
                  assay fix undo normalise-customer-domains --apply
                  assay fix lock core.company_customers/normalized:origin_company_domain
                """,
            subcommands: [
                FixPlanCommand<S>.self, FixShow<S>.self, FixApprove<S>.self, FixApply<S>.self,
                FixStatusCommand<S>.self, FixUndo<S>.self, FixLock<S>.self, FixList<S>.self,
            ])
    }
}

/// Where fixes are and who handles them.
struct FixFolderOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The folder of fixes.", valueName: "folder"))
    var fixes = "fixes"

    @Option(
        help: ArgumentHelp(
            "Who plans, approves or applies; the user of this machine where not given.",
            valueName: "name"))
    var `as`: String?

    var user: String {
        `as` ?? Screen.variable("USER") ?? Screen.variable("LOGNAME") ?? "uid \(getuid())"
    }

    func folder(_ name: String) throws(Refusal) -> FixFolder {
        try FixFolder(name, in: fixes)
    }
}

/// How long statements and locks may take.
struct FixTimes: ParsableArguments {
    @Option(
        help: ArgumentHelp("How long one statement may take, in seconds.", valueName: "seconds"))
    var deadline = 1_800

    @Option(help: ArgumentHelp("How long to wait for a lock, in seconds.", valueName: "seconds"))
    var lockTimeout = 5

    func validate() throws {
        try Seconds.validate(deadline, of: "--deadline")
        try Seconds.validate(lockTimeout, of: "--lock-timeout")
    }
}

/// Runs work that Ctrl-C and SIGTERM end; its transaction is rolled back then.
func interruptibly<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    do {
        return try await Interruption.cancelling(work)
    } catch let error
        where error is CancellationError || (error as? PostgresError)?.code == .cancelled
    {
        Screen.say("interrupted: nothing was changed\n")
        throw ExitCode(2)
    }
}

extension AuditSuite {
    /// A session for the commands of a fix.
    static func fixSession(
        _ connection: ConnectionOptions, _ folder: FixFolderOptions, _ times: FixTimes
    ) throws -> FixSession {
        let audit = try connection.auditOptions(expected: expected)
        var options = FixOptions(
            target: audit.target, now: Date.now.timeIntervalSince1970, user: folder.user)
        options.expected = audit.expected
        options.deadline = .seconds(times.deadline)
        options.lockTimeout = .seconds(times.lockTimeout)
        options.connectTimeout = audit.connectTimeout
        return FixSession(suite: try suite(), options: options)
    }
}
