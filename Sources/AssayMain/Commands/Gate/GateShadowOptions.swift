import ArgumentParser
import Auditor
import FoundationEssentials
import Gate
import Postgres
import StaleNames

/// On what a migration is run, for `assay gate`.
struct GateShadowOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A folder of earlier migrations, which are replayed to make the schema.",
            valueName: "folder"))
    var base: String?

    @Option(
        help: ArgumentHelp(
            "The real schema: a database, or a file of pg_dump --schema-only.",
            discussion: "A database is only read: its catalog, its sizes, and the counts of rows "
                + "that stand in the migration's way.", valueName: "conninfo|file"))
    var from: String?

    @Option(
        help: ArgumentHelp(
            "Where the migration is run: ephemeral, none, or an empty database of another server.",
            discussion: "By itself: ephemeral, a PostgreSQL of its own, where --base or --from say "
                + "what the schema is.", valueName: "place"))
    var shadow: String?

    @Option(
        help: ArgumentHelp(
            "Take so many rows of each table along, and run the checks before and after.",
            valueName: "rows"))
    var sample: Int?

    @Option(
        help: ArgumentHelp(
            "How long one statement may take on the shadow, in seconds.", valueName: "seconds"))
    var deadline = 60

    @Option(
        help: ArgumentHelp(
            "Hold the so many most frequent statements of --from's pg_stat_statements against it.",
            valueName: "number"))
    var frequent: Int = 0

    @Option(
        help: ArgumentHelp(
            "Hold the statements in this folder or file of code against it. Repeatable.",
            valueName: "path"))
    var code: [String] = []

    func validate() throws {
        try Seconds.validate(deadline, of: "--deadline")
        if let sample, sample < 1 { throw ValidationError("--sample must be at least 1 row") }
        if sample != nil || frequent > 0 {
            guard let from, !Self.isFile(from) else {
                throw ValidationError("--sample and --frequent need --from with a database")
            }
        }
    }

    /// Whether migrations are run at all.
    var isAsked: Bool { shadow != "none" && (shadow != nil || base != nil || from != nil) }

    /// The stage that runs migrations; nil where nothing says on what.
    func stage(
        suite: Suite?, statements: [ProgramStatement] = [], expected: ExpectedDatabase
    ) async throws -> ShadowStage? {
        guard isAsked else { return nil }
        var options = ShadowOptions()
        options.expected = expected
        options.sample = sample
        options.statementDeadline = .seconds(deadline)
        if let shadow, shadow != "ephemeral" {
            options.place = .server(try DatabaseTarget(shadow))
        }
        if let from {
            options.schema =
                Self.isFile(from)
                ? .script(.init(file: from, text: try Self.text(of: from)))
                : .database(try DatabaseTarget(from))
        }
        var known = statements
        if !code.isEmpty {
            known += try await CodeScan(code).statements.filter { $0.gap == nil }.map {
                ProgramStatement(
                    sql: $0.sql, file: $0.file, line: $0.line, column: $0.column)
            }
        }
        if frequent > 0, let target = options.realDatabase {
            let connection = try await Connection.connect(
                to: target, applicationName: "assay gate", timeout: options.connectTimeout)
            known += try await ProgramStatement.mostFrequent(frequent, on: connection)
            await connection.close()
        }
        return ShadowStage(
            shadow: options, replaysEarlier: base != nil || from == nil, suite: suite,
            statements: known, version: assayVersion)
    }

    /// The migrations of `--base`, without those that are judged.
    func earlier(than migrations: [Migration]) async throws -> [Migration] {
        guard let base else { return [] }
        let judged = Set(migrations.map { Self.absolute($0.file) })
        let found = try await MigrationFolder.migrations(at: [base])
        return Array(found.prefix { !judged.contains(Self.absolute($0.file)) })
    }

    private static func absolute(_ path: String) -> String {
        URL(filePath: path).standardizedFileURL.path
    }

    private static func isFile(_ text: String) -> Bool {
        FileManager.default.fileExists(atPath: text)
    }

    private static func text(of path: String) throws(Refusal) -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Refusal("\(path) cannot be read; it may be gone, or its permissions forbid it")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
