import ArgumentParser
import Auditor
import Ingest

/// `assay ingest migrate`: brings a database to the schema that payloads are stored in.
struct IngestMigrate<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "migrate",
            abstract: "Bring a database to the schema that payloads are stored in.",
            discussion: """
                Applies the migrations that lack, each in a transaction of its own, and writes them down in \
                ingest.migrations. Run again, it does nothing. Which database is meant must be said: by \
                --expect-database, --expect-system, or by the suite. --print shows the SQL and runs \
                nothing.
                """)
    }

    @OptionGroup(title: "Database") var connection: ConnectionOptions

    @Flag(help: "Print the SQL and run nothing.")
    var print = false

    func run() async throws {
        try await speakingPlainly {
            if print {
                Screen.write(Migrator.script)
                return
            }
            let options = try connection.auditOptions(expected: S.expected)
            let applied = try await Migrator(target: options.target, expected: options.expected)
                .migrate()
            for migration in applied { Screen.write("applied migration \(migration.words)\n") }
            let count = Migration.all.count
            Screen.write(
                applied.isEmpty
                    ? "all \(count) migrations were applied before; nothing was done\n"
                    : "the schema is up to date at migration \(count)\n")
        }
    }
}
