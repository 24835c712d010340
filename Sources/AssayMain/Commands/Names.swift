import ArgumentParser
import Assay
import Auditor
import Gate
import Postgres
import Reports
import StaleNames

/// `assay names`: finds names in code that the database does not have.
struct Names<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "names",
            abstract: "Find names in code that the database does not have.",
            discussion: """
                Reads Python, TypeScript, JavaScript, Swift and SQL, and holds every statement and \
                every request of a PostgREST client against the catalog: statements by having the \
                server prepare them, in one transaction that only reads and is rolled back, requests \
                by name. Nothing is run. What is only known at run time is counted, and fails only \
                with --strict. Files that git ignores are not read.

                EXAMPLES
                  assay names app lib --database service=prod
                  assay names . --role service_role --format sarif > names.sarif
                  assay names . --changed-since origin/main --format github
                  assay names queries --search-path core,public
                  assay explain missing-column

                EXIT STATUS
                  0  nothing at or above --fail-on
                  1  findings
                  2  the command is wrong, or there was nothing to judge
                """)
    }

    @Argument(help: "Folders and files of code.")
    var paths: [String]

    @OptionGroup(title: "Database") var connection: ConnectionOptions

    @Option(
        help: ArgumentHelp(
            "Where names without a schema are looked up; the role's own search_path where not given.",
            valueName: "schemas"))
    var searchPath: String?

    @Option(
        help: ArgumentHelp(
            "The schemas that PostgREST serves; what pgrst.db_schemas says where not given.",
            valueName: "schemas"))
    var exposed: String?

    @Option(
        help: ArgumentHelp(
            "The schema of clients that name none; the first that is served where not given.",
            valueName: "schema"))
    var schema: String?

    @Option(
        help: ArgumentHelp(
            "The role that clients act as: the rights that it lacks are found too.",
            valueName: "role"))
    var role: String?

    @Option(
        help: ArgumentHelp(
            "The role that PostgREST connects as, whose pgrst.db_schemas counts.",
            valueName: "role"))
    var server = "authenticator"

    @OptionGroup(title: "What counts") var counting: GateCountingOptions

    @Option(
        help: ArgumentHelp(
            "Read only files that differ from where this branch left that one.", valueName: "ref"))
    var changedSince: String?

    @Flag(help: "Exit with 2 where anything was not evaluated, and list it.")
    var strict = false

    @OptionGroup(title: "Telling") var telling: FindingOutput

    func validate() throws {
        guard !paths.isEmpty else { throw ValidationError("name a folder of code") }
    }

    func run() async throws {
        try await speakingPlainly {
            let changed = try await changedFiles()
            let report = try await NamesSession(
                paths: paths, changed: changed, options: options,
                audit: try connection.auditOptions(expected: S.expected)
            ).run()
            let status = try counting.finish(report, telling)
            if status != 0 { throw ExitCode(status) }
        }
    }

    /// What differs from the branch that was named; `nil` where none was.
    private func changedFiles() async throws -> [ChangedFiles]? {
        guard let changedSince else { return nil }
        var changed: [ChangedFiles] = []
        for path in paths { changed.append(try await ChangedFiles(since: changedSince, at: path)) }
        return changed
    }

    private var options: StaleNamesOptions {
        var options = StaleNamesOptions()
        options.searchPath = Self.list(searchPath) ?? []
        options.exposed = Self.list(exposed)
        options.schema = schema
        options.role = role
        options.server = server
        options.isStrict = strict
        options.failOn = counting.failOn.severity
        return options
    }

    private static func list(_ text: String?) -> [String]? {
        text.map { text in
            text.split(separator: ",").map { String($0.filter { $0 != " " }) }.filter {
                !$0.isEmpty
            }
        }
    }
}

/// A look at names that a person watches and may interrupt.
private struct NamesSession: Sendable {
    let paths: [String]
    let changed: [ChangedFiles]?
    let options: StaleNamesOptions
    let audit: AuditOptions

    func run() async throws -> FindingReport {
        let reading = ProgressLine(of: "files")
        let scan = try await reading.shown {
            try await Interruption.cancelling {
                try await CodeScan(
                    paths,
                    where: { file in changed?.contains { $0.contains(file) } ?? true },
                    progress: { done, total in
                        reading.update(AuditProgress(done: done, total: total, current: []))
                    })
            }
        }
        let asking = ProgressLine(of: "statements")
        return try await asking.shown {
            try await Interruption.cancelling {
                let connection = try await Connection.connect(
                    to: audit.target, applicationName: "assay names", timeout: audit.connectTimeout)
                try await connection.refuseUnexpected(audit.expected)
                let run = StaleNamesRun(scan, options: options, version: assayVersion)
                let report = try await run.report(on: connection) { done, total in
                    asking.update(AuditProgress(done: done, total: total, current: []))
                }
                await connection.close()
                return report
            }
        }
    }
}
