import ArgumentParser
import Assay
import Auditor

/// `assay import`: turns another tool's suite into checks.
struct Import<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "import",
            abstract: "Turn a suite of dbt, Soda or Great Expectations into checks.",
            discussion: """
                Reads a file, or all of a folder: dbt's property files, SodaCL, or expectation suites as \
                JSON. Writes one file a table, and lists what has no equal, with its line and what comes \
                nearest. Needs no database. `assay-import`, which lies beside this command, does the \
                reading.

                EXAMPLES
                  assay import dbt models --schema analytics
                  assay import soda checks.yml --output Sources/checks
                  assay import gx expectations/orders.json --table shop.orders

                EXIT STATUS
                  0  every promise became a check
                  1  some have no equal; the others are written
                  2  a file is not what it should be; nothing is written
                """)
    }

    @Argument(help: "Whose suite it is: dbt, soda or gx.")
    var format: Format

    @Argument(help: "The file, or the folder of files.")
    var path: String

    @Option(help: ArgumentHelp("The folder that the checks are written to.", valueName: "folder"))
    var output = "checks"

    @Option(
        help: ArgumentHelp("The schema of tables that are named without one.", valueName: "schema"))
    var schema = "public"

    @Option(
        help: ArgumentHelp(
            "The table of a Great Expectations suite, which names none.", valueName: "table"))
    var table: String?

    @Flag(help: "Write over files of the same names.")
    var force = false

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case dbt, soda, gx
    }

    func run() async throws {
        try await speakingPlainly {
            try Companion.become(
                "assay-import",
                [format.rawValue, path, output, schema, table ?? "", force ? "force" : ""])
        }
    }
}
