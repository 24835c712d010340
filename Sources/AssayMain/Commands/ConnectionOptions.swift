import ArgumentParser
import Assay
import Auditor
import Fixes
import Postgres

/// Which database, for every subcommand that needs one.
struct ConnectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The database: a URI, keywords, or service=NAME.",
            discussion: "ASSAY_DATABASE_URL where it is not given; else as psql finds it.",
            valueName: "conninfo"))
    var database: String?

    @Option(help: ArgumentHelp("Refuse any database of another name.", valueName: "name"))
    var expectDatabase: String?

    @Option(
        help: ArgumentHelp(
            "Refuse any cluster with another system identifier (pg_control_system()).",
            valueName: "number"))
    var expectSystem: String?

    @Option(help: ArgumentHelp("How long connecting may take, in seconds.", valueName: "seconds"))
    var connectTimeout: Int = 10

    func validate() throws {
        try Seconds.validate(connectTimeout, of: "--connect-timeout")
    }

    /// What the options amount to for an audit of a suite.
    func auditOptions(expected: ExpectedDatabase) throws(PostgresError) -> AuditOptions {
        let conninfo = database ?? Screen.variable("ASSAY_DATABASE_URL") ?? ""
        var options = AuditOptions(target: try DatabaseTarget(conninfo))
        options.expected = expected
        if let expectDatabase { options.expected.name = expectDatabase }
        if let expectSystem { options.expected.systemIdentifier = expectSystem }
        options.connectTimeout = .seconds(connectTimeout)
        return options
    }
}

/// Which checks, for every subcommand that runs or lists some.
struct SelectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only this table: schema.table, table, or a pattern with *. Repeatable.",
            valueName: "table"))
    var table: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only this check: an identity from `assay list`, its part before the colon, a kind, or a "
                + "pattern with *. Repeatable.", valueName: "check"))
    var check: [String] = []

    @Option(help: ArgumentHelp("Only checks with this tag. Repeatable.", valueName: "tag"))
    var tag: [String] = []

    /// Whether all checks are meant.
    var isEmpty: Bool { table.isEmpty && check.isEmpty && tag.isEmpty }

    var selection: Selection { Selection(tables: table, checks: check, tags: tag) }
}

/// Runs a command's body and turns what it throws into a sentence and exit status 2.
func speakingPlainly(_ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch let refusal as Refusal {
        for item in refusal.items {
            let place = item.source.map { "\n  --> \($0.file):\($0.line)" } ?? ""
            Screen.note("refused", "\(item.sentence)\(place)", .error)
        }
        throw ExitCode(2)
    } catch let broken as BrokenPromise {
        Screen.say("nothing was changed, because\n")
        for sentence in broken.sentences { Screen.say("  \(sentence)\n") }
        throw ExitCode(2)
    } catch let lost as BrokenAcknowledgement {
        Screen.note("unknown", "\(lost)", .error)
        throw ExitCode(2)
    } catch is CancellationError {
        throw interrupted()
    } catch let error as PostgresError where error.code == .cancelled {
        throw interrupted()
    } catch let error as PostgresError {
        let hint = error.hint.map { "\n  \($0)" } ?? ""
        Screen.note("failed", "\(error)\(hint)", .error)
        throw ExitCode(2)
    }
}

/// Says that a person or the system ended the command.
private func interrupted() -> ExitCode {
    Screen.note("failed", "it was interrupted", .error)
    return ExitCode(2)
}
