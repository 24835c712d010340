import ArgumentParser
import Assay
import Auditor
import Postgres

/// `assay prove`: proves that every check can fail.
struct Prove<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "prove",
            abstract: "Prove that every check can fail: see it turn red, and stay green.",
            discussion: """
                For every check, what breaks it is done and must turn it red, and what only just keeps it \
                must leave it green; all of it is taken back. So checks are found that are vacuous (never \
                red), too strict, contradicted by a constraint, or blind (no row is in their scope).

                By itself it copies the database's schema, without its rows, to a throw-away PostgreSQL \
                of its own. PostgreSQL's server must be installed, and the role be able to read the \
                tables. With --in-place it is done in the database itself, in one transaction that is \
                rolled back: the role must be able to insert, numbers of sequences are used up, triggers \
                fire, and each table is read several times.

                EXAMPLES
                  assay prove --database service=prod
                  assay prove --table core.companies
                  assay prove --check matches --format json

                EXIT STATUS
                  0  every check is proven, or held by a constraint
                  1  a check is vacuous, too strict, contradicted or blind
                  2  a check is not proven, or the command is wrong
                """)
    }

    @OptionGroup(title: "Database") var connection: ConnectionOptions
    @OptionGroup(title: "Which checks") var choice: SelectionOptions

    @Flag(help: "On a copy of the schema, or in a transaction that is rolled back.")
    var place = ProofPlace.scratch

    @Option(
        help: ArgumentHelp(
            "With --in-place: how long to wait for a lock, in seconds; 2 where not given.",
            valueName: "seconds"))
    var lockTimeout: Int?

    @Option(
        help: ArgumentHelp("How long one statement may take, in seconds.", valueName: "seconds"))
    var deadline = 60

    @Option(help: "What is written to standard output: terminal or json.")
    var format = ProofFormat.terminal

    func validate() throws {
        if let lockTimeout {
            try Seconds.validate(lockTimeout, of: "--lock-timeout")
            guard place == .inPlace else {
                throw ValidationError(
                    "--lock-timeout needs --in-place: a copy has no locks of others")
            }
        }
        try Seconds.validate(deadline, of: "--deadline")
    }

    func run() async throws {
        try await speakingPlainly {
            let suite = try S.suite().selecting(choice.selection)
            var options = try connection.auditOptions(expected: S.expected)
            options.deadline = .seconds(deadline)
            let place: ProofRun.Place =
                switch place {
                case .scratch: .scratch
                case .inPlace: .inPlace(lockTimeout: .seconds(lockTimeout ?? 2))
                }
            let run = ProofRun(suite: suite, options: options, place: place)
            let report = try await Interruption.cancelling { try await run.report() }
            Screen.write(format == .json ? try report.json() : report.page)
            if report.exitCode != 0 { throw ExitCode(report.exitCode) }
        }
    }
}

/// Where a proof takes place.
enum ProofPlace: EnumerableFlag {
    case scratch, inPlace

    static func help(for value: ProofPlace) -> ArgumentHelp? {
        switch value {
        case .scratch: "Prove on a copy of the schema, without its rows."
        case .inPlace: "Prove in the database itself, and roll back."
        }
    }
}

/// What a proof is written as.
enum ProofFormat: String, ExpressibleByArgument, CaseIterable {
    case terminal, json
}
