import ArgumentParser
public import Assay
public import Auditor
import Glibc
import Postgres

/// Which database is expected; see `Auditor.ExpectedDatabase`.
public typealias ExpectedDatabase = Auditor.ExpectedDatabase

/// A list of tables that is an `assay` command.
///
///     import Assay
///     import AssayMain
///
///     @main struct Checks: AuditSuite {
///         static let tables = [companies, customers]
///     }
public protocol AuditSuite {
    /// The suite's name in reports; the type's name where nothing is said.
    static var name: String { get }
    /// The tables and what is promised about them.
    static var tables: [Table] { get }
    /// The database that must answer; anything where nothing is said.
    static var expected: ExpectedDatabase { get }
}

extension AuditSuite {
    /// The type's name.
    public static var name: String { "\(Self.self)" }

    /// Any database.
    public static var expected: ExpectedDatabase { ExpectedDatabase() }

    /// Runs the command.
    public static func main() async {
        Interruption.install()
        // A reader that goes away ends no run, which has more to do than to be read.
        signal(SIGPIPE, SIG_IGN)
        var status = ExitCode.success
        do {
            try await run()
        } catch {
            status = Root<Self>.exitCode(for: error)
            let message = Root<Self>.fullMessage(for: error)
            if !message.isEmpty {
                if status == .success {
                    Screen.write(message + "\n")
                } else {
                    Screen.say(message + "\n")
                }
            }
            // A command that cannot be is a refusal, which is a 2 everywhere.
            if status == .validationFailure { status = ExitCode(2) }
        }
        if let loss = Screen.loss {
            Screen.note("failed", "standard output cannot be written: \(loss)", .error)
            status = ExitCode(2)
        }
        endProcess(status.rawValue)
    }

    /// Runs what the command line names.
    private static func run() async throws {
        var command = try Root<Self>.parseAsRoot()
        if var asynchronous = command as? any AsyncParsableCommand {
            try await asynchronous.run()
        } else {
            try command.run()
        }
    }

    /// The suite, with every table that its folder declares.
    static func suite() throws(Refusal) -> Suite {
        let sources = SuiteSources(tables: tables)
        try sources.refuseForgottenTables()
        return try Suite(name: name, tables: tables, root: sources.root)
    }
}

/// The command and its subcommands.
struct Root<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "assay",
            abstract: "Audit a PostgreSQL database against the promises in checks/.",
            discussion: """
                EXAMPLES
                  assay demo                              see it work on a database of its own
                  assay audit --database service=prod     run every check, write reports/
                  assay audit --table core.companies      run the checks of one table
                  assay explain unique                    what a kind of check promises
                  assay prove                             that every check can fail
                  assay gate migrations/                  judge migrations before they run
                  assay init shop-checks                  suggest checks for a database

                The database is named by --database, by ASSAY_DATABASE_URL, or as psql finds it \
                (PGHOST, PGSERVICE, .pgpass ...).

                EXIT STATUS
                  0  nothing at or above --fail-on
                  1  findings
                  2  a check or the command is wrong, or something could not be evaluated
                """,
            version: assayVersion,
            subcommands: [
                Audit<S>.self, ListChecks<S>.self, Explain<S>.self, Examine<S>.self,
                Prove<S>.self, Difference<S>.self, HistoryCommand<S>.self, Install<S>.self,
                Fix<S>.self, GateCommand<S>.self, Names<S>.self, IngestCommand<S>.self,
                JobsCommand<S>.self, Serve<S>.self, Begin<S>.self, Import<S>.self,
                Demonstrate<S>.self,
            ])
    }
}

/// The version of Assay.
let assayVersion = "0.1.0"
