import ArgumentParser
import Assay
import Auditor
import FoundationEssentials
import Glibc

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
            let reader = try Self.reader()
            let words =
                [reader, format.rawValue, path, output, schema, table ?? "", force ? "force" : ""]
            var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
            // What follows is the other command's: its output, its exit status.
            execv(reader, &arguments)
            throw Refusal("cannot run \(reader): \(String(cString: strerror(errno)))")
        }
    }

    /// The command that knows YAML; an audit does without, and starts the faster for it.
    private static func reader() throws(Refusal) -> String {
        var path = [CChar](repeating: 0, count: 4_096)
        let length = readlink("/proc/self/exe", &path, path.count - 1)
        let own = String(decoding: path.prefix(max(0, length)).map(UInt8.init), as: UTF8.self)
        let folder = own.prefix(upTo: own.lastIndex(of: "/") ?? own.startIndex)
        let folders =
            [String(folder)]
            + (Screen.variable("PATH") ?? "").split(separator: ":").map(String.init)
        for folder in folders
        where FileManager.default.isExecutableFile(atPath: "\(folder)/assay-import") {
            return "\(folder)/assay-import"
        }
        throw Refusal(
            "assay-import is neither beside this command nor on the PATH; "
                + "`swift build --product assay-import` in the clone of Assay makes it")
    }
}
