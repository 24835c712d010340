import ArgumentParser
import Auditor
import Ingest

/// `assay ingest contracts`: holds every statement of the core against a database.
struct IngestContracts<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "contracts",
            abstract: "Hold every statement that the core runs against a database, and run none.",
            discussion: """
                Each is prepared and planned as the role that runs it: a column that was renamed, or a grant \
                that was lost, is told by statement before a payload meets it.
                """)
    }

    @Option(help: ArgumentHelp("The role that takes payloads in.", valueName: "role"))
    var role = "warehouse_ingest"

    @OptionGroup(title: "Database") var connection: ConnectionOptions

    func run() async throws {
        try await speakingPlainly {
            let statements = Ingest(tables: try S.suite().tables).statements
            let refusals = try await connection.ingesting(expected: S.expected) { connection in
                try await Contracts(statements).refusals(on: connection, as: role)
            }
            guard refusals.isEmpty else { throw Refusal(refusals) }
            Screen.write("all \(statements.count) statements fit the database, as \(role)\n")
        }
    }
}
