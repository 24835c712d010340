import ArgumentParser
import Assay
import Auditor
import FoundationEssentials
import Postgres
import Suggestions

/// `assay init`: profiles a database and writes a package of checks for it.
struct Begin<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "init",
            abstract: "Profile a database and write a package of your own with suggested checks.",
            discussion: """
                Reads each table once, in one read-only snapshot, and writes a package that builds and \
                runs as it is: one file a table with the evidence beside each check, a CI workflow, a \
                nightly timer, and a page that says what to do next. What holds today is promised; what \
                is broken today becomes a warning. Of tables with more rows than --rows, a sample is \
                read, and the evidence says so.

                The files hold counts and names, and of columns with at most 12 different short values \
                those values, for that is what a vocabulary is; --no-values leaves them out.

                EXAMPLES
                  assay init shop-checks --database service=shop
                  assay init shop-checks --table 'public.*' --no-values
                """)
    }

    @Argument(help: "The folder that is made.")
    var folder: String

    @OptionGroup(title: "Database") var connection: ConnectionOptions

    @Option(
        help: ArgumentHelp(
            "Only this table: schema.table, table, or a pattern with *. Repeatable.",
            valueName: "table"))
    var table: [String] = []

    @Option(
        help: ArgumentHelp(
            "Where the package finds Assay: a clone, or a repository's URL.",
            discussion: "The clone that this command was built from, where it is not given.",
            valueName: "path"))
    var assay: String?

    @Option(
        help: ArgumentHelp("How many rows of a table are read at the most.", valueName: "count"))
    var rows = 1_000_000

    @Option(
        help: ArgumentHelp("How long one statement may take, in seconds.", valueName: "seconds"))
    var deadline = 300

    @Flag(help: "Write no values of columns, not even of vocabularies.")
    var noValues = false

    @Flag(help: "Write into a folder that is not empty, over files of the same names.")
    var force = false

    func validate() throws {
        guard rows >= 1 else { throw ValidationError("--rows must be at least 1") }
        try Seconds.validate(deadline, of: "--deadline")
        guard !folder.isEmpty else { throw ValidationError("the folder needs a name") }
    }

    func run() async throws {
        try await speakingPlainly {
            let current = FileManager.default.currentDirectoryPath
            let whole = URL(filePath: folder.hasPrefix("/") ? folder : "\(current)/\(folder)")
                .standardized.path
            let path = whole.count > 1 && whole.hasSuffix("/") ? String(whole.dropLast()) : whole
            if !force { try NewFiles.refuseFilled(path) }
            let location = try location(from: path, current: current)
            var options = ProfileOptions(
                target: try connection.auditOptions(expected: ExpectedDatabase()).target)
            options.expected = try connection.auditOptions(expected: ExpectedDatabase()).expected
            options.connectTimeout = .seconds(connection.connectTimeout)
            options.tables = table
            options.rows = rows
            options.deadline = .seconds(deadline)
            options.readsVocabularies = !noValues
            let clock = ContinuousClock.now
            let profile = try await ProfileSession(options: options).run()
            let suggestions = profile.tables.map { ($0, Suggestions($0, day: profile.day)) }
            let worth = suggestions.filter { !$0.1.text.isEmpty }
            guard !worth.isEmpty else {
                throw Refusal(
                    "nothing can be promised of the \(profile.tables.count.counted("table")) of "
                        + "\(profile.database) yet: they have no rows, and their names say nothing")
            }
            let suite = SuiteText(worth.map(\.1.text))
            let package = SuitePackage(
                name: path.split(separator: "/").last.map(String.init) ?? "checks",
                assay: location, database: profile.database, folder: path,
                service: service(of: options.target, database: profile.database), suite: suite)
            try package.files.write(to: path)
            let seconds = (ContinuousClock.now - clock).components
            Screen.write(
                Summary(
                    profile: profile, suggestions: suggestions, folder: folder,
                    seconds: Double(seconds.seconds) + Double(seconds.attoseconds) / 1e18,
                    database: package.service
                ).text)
        }
    }

    private func location(from folder: String, current: String) throws(Refusal) -> AssayLocation {
        if let assay { return try AssayLocation(assay, from: folder, current: current) }
        guard let clone = Self.clone else {
            throw Refusal(
                "the clone of Assay that this command was built from is not at hand; say with --assay "
                    + "where the package finds it: a path or a URL")
        }
        return try AssayLocation(clone, from: folder, current: current)
    }

    /// The clone that this command was built from, where it is still there and is nobody's build folder.
    private static var clone: String? {
        let parts = #filePath.split(separator: "/").dropLast(4)
        let path = "/" + parts.joined(separator: "/")
        return path.contains("/.build/") || !AssayLocation.isClone(path) ? nil : path
    }

    /// What names the database in what is written, also where no variable of this session does: without a
    /// password.
    private func service(of target: DatabaseTarget, database: String) -> String {
        if let service = target.option("service") { return "service=\(service)" }
        if let service = Screen.variable("PGSERVICE"), connection.database == nil {
            return "service=\(service)"
        }
        let options = [
            ("host", target.option("host") ?? Screen.variable("PGHOST")),
            ("port", target.option("port") ?? Screen.variable("PGPORT")),
            ("dbname", database),
            ("user", target.option("user") ?? Screen.variable("PGUSER")),
        ].compactMap { name, value in value.map { (name, $0) } }
        guard options.allSatisfy({ !$0.1.contains { " '\"\\%$`".contains($0) } }) else {
            let name = folder.split(separator: "/").last.map(String.init) ?? "checks"
            return "service=\(SwiftText.fileName(name))"
        }
        return "\"" + options.map { "\($0.0)=\($0.1)" }.joined(separator: " ") + "\""
    }
}

/// A profile that a person watches and may interrupt.
private struct ProfileSession: Sendable {
    let options: ProfileOptions

    func run() async throws -> DatabaseProfile {
        let line = ProgressLine(of: "tables")
        let profiler = Profiler(options: options) { line.update($0) }
        return try await line.shown {
            try await Interruption.cancelling { try await profiler.profile() }
        }
    }
}

/// What `assay init` says at its end.
private struct Summary {
    let profile: DatabaseProfile
    let suggestions: [(profile: TableProfile, suggested: Suggestions)]
    let folder: String
    let seconds: Double
    let database: String

    var text: String {
        let rows = suggestions.reduce(0) { $0 + $1.profile.rows }
        let checks = suggestions.reduce(0) { $0 + $1.suggested.count }
        let broken = suggestions.reduce(0) { $0 + $1.suggested.broken }
        var text = """
            \(profile.database): \(suggestions.count.counted("table")), \
            \(rows.counted("row")) read in \(seconds.fixed(1)) s

            """
        let width = min(50, suggestions.map { "\($0.profile.table)".count }.max() ?? 0)
        for (table, suggested) in suggestions {
            let name = "\(table.table)".padded(to: width)
            let found =
                suggested.text.isEmpty ? "nothing to promise" : suggested.count.counted("check")
            let warned = suggested.broken > 0 ? ", \(suggested.broken) broken today" : ""
            let sample = table.sampledOf.map { " of about \($0.grouped)" } ?? ""
            text += "  \(name)  \(table.rows.counted("row"))\(sample): \(found)\(warned)\n"
        }
        if !profile.skipped.isEmpty { text += "left out\n" }
        let most = 20
        for skipped in profile.skipped.prefix(most) {
            text += "  \(skipped.table): \(skipped.reason)\n"
        }
        if profile.skipped.count > most { text += "  \(profile.skipped.count - most) more\n" }
        let waiting = suggestions.filter { $0.profile.rows == 0 }.reduce(0) {
            $0 + $1.suggested.count
        }
        var state =
            broken == 0
            ? "nothing broken today" : "\(broken.counted("warning")) for what is broken today"
        if waiting > 0 { state += ", \(waiting.grouped) on tables without rows" }
        return text + """
            \(folder): \(checks.counted("check")), \(state)

              cd \(folder)
              swift run checks list
              swift run checks audit --database \(database)

            """
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
