import ArgumentParser
import Auditor
import Checks
import Glibc
import Logging
import Postgres
import Server
import Web

/// `assay-server`: what `assay serve` starts.
@main struct Main: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assay-server",
        abstract: "Takes payloads into the warehouse over HTTP, and sends staged rows out.",
        discussion: """
            Put a proxy that speaks TLS before it. SIGTERM or SIGINT ends it once what is under way is \
            finished. The log is one JSON object a line, on the standard output.

            A key is made by:  key=$(openssl rand -hex 24); printf %s "$key" | sha256sum
            The file of --keys has a name and that digest on each line; the client sends the key as \
            Authorization: Bearer.

            Case studies are read by a language model where the environment names one:
              ASSAY_MODEL_KEY         its key; or ASSAY_MODEL_KEY_FILE, a file of it
              ASSAY_MODEL             its name, such as gemini-2.5-flash
              ASSAY_MODEL_INPUT_USD   dollars for a million tokens it reads
              ASSAY_MODEL_OUTPUT_USD  dollars for a million tokens it writes
              ASSAY_MODEL_DAILY_USD   dollars that a day (UTC) may cost in all
              ASSAY_MODEL_CALLS       pages read at a time by this service (4)
              ASSAY_MODEL_URL         where it is served; by Google where not given
            """,
        version: "0.1.0")

    @Option(
        help: ArgumentHelp(
            "The database: a URI, keywords, or service=NAME.",
            discussion: "ASSAY_DATABASE_URL where it is not given; else as psql finds it.",
            valueName: "conninfo"))
    var database: String?

    @Option(
        help: ArgumentHelp(
            "Refuse any database of another name.",
            discussion: "A table was once made in the wrong database: one of the two must be said.",
            valueName: "name"))
    var expectDatabase: String?

    @Option(
        help: ArgumentHelp(
            "Refuse any cluster with another system identifier (pg_control_system()).",
            valueName: "number"))
    var expectSystem: String?

    @Option(help: ArgumentHelp("Where to listen.", valueName: "address:port"))
    var listen = "127.0.0.1:8080"

    @Option(
        help: ArgumentHelp(
            "The file of keys: on each line a name and the SHA-256 of a key.", valueName: "file"))
    var keys: String

    @Option(
        help: ArgumentHelp(
            "The file of the secret (whsec_...) by which payloads must be signed.",
            discussion: "Payloads are taken without a signature where it is not given.",
            valueName: "file"))
    var secret: String?

    @Option(
        help: ArgumentHelp(
            "How many connections to the database requests share.", valueName: "count"))
    var connections = 8

    @Option(
        help: ArgumentHelp(
            "Also send rows to, and read pages at, addresses in this range, such as 10.1.0.0/16. Repeatable.",
            discussion: "Private and local addresses are refused otherwise.", valueName: "range"))
    var allowAddress: [String] = []

    @Option(
        help: ArgumentHelp(
            "How long an answer is kept for whoever sends its request again with its key.",
            valueName: "days"))
    var keepAnswers = 7

    @Flag(help: "Take payloads in, and send nothing.")
    var noSending = false

    func run() async throws {
        do {
            let server = try server()
            try await server.run { port in
                Self.say("listening at \(host):\(port)\n")
            }
            endProcess(0)
        } catch let refusal as Refusal {
            for item in refusal.items { Self.say("refused: \(item.sentence)\n") }
            endProcess(2)
        } catch let error as PostgresError {
            Self.say("failed: \(error.messageWithoutValues)\n")
            endProcess(2)
        }
    }

    private func server() throws -> IngestServer {
        guard expectDatabase != nil || expectSystem != nil else {
            throw Refusal(
                "no database is expected; say which is meant: --expect-database NAME, or --expect-system"
            )
        }
        guard (1...500).contains(connections) else {
            throw Refusal("--connections must be from 1 to 500")
        }
        guard (1...3_650).contains(keepAnswers) else {
            throw Refusal("--keep-answers must be from 1 to 3650 days")
        }
        let environment = Self.variable("ASSAY_DATABASE_URL")
        var options = IngestServer.Options(
            database: try DatabaseTarget(database ?? environment ?? ""),
            expected: ExpectedDatabase(name: expectDatabase, systemIdentifier: expectSystem),
            keys: try readKeys())
        options.host = host
        options.port = try port()
        options.connections = connections
        options.sends = !noSending
        options.answerDays = keepAnswers
        options.reading = try ReadingOptions.read(Self.variable) { path in
            try Self.text(of: path, "ASSAY_MODEL_KEY_FILE")
        }
        options.secret = try secret.map { try Self.text(of: $0, "--secret") }
        options.addresses = AddressRules(
            allowed: try allowAddress.map { text in
                guard let range = AddressRange(text) else {
                    throw Refusal(
                        "--allow-address \(text) is no range of addresses, such as 10.1.0.0/16")
                }
                return range
            })
        LoggingSystem.bootstrap { _ in ServiceLog() }
        return try IngestServer(options, tables: warehouse, logger: Logger(label: "assay"))
    }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    private func readKeys() throws -> Keys {
        let text = try Self.text(of: keys, "--keys")
        do throws(Keys.Fault) {
            return try Keys(text)
        } catch {
            throw Refusal("\(keys): \(error)")
        }
    }

    private var host: String {
        String(
            listen[..<(listen.lastIndex(of: ":") ?? listen.endIndex)].filter { !"[]".contains($0) })
    }

    private func port() throws -> Int {
        guard let colon = listen.lastIndex(of: ":"),
            let port = Int(listen[listen.index(after: colon)...]), (0...65_535).contains(port),
            !host.isEmpty
        else { throw Refusal("--listen \(listen) is no address and port, such as 127.0.0.1:8080") }
        return port
    }

    private static func text(of path: String, _ option: String) throws -> String {
        // A pipe is as good as a file: <(pass show keys).
        guard let file = fopen(path, "r") else {
            throw Refusal(
                "the file of \(option) cannot be read: \(path): \(String(cString: strerror(errno)))"
            )
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            bytes += buffer.prefix(count)
        }
        return String(decoding: bytes, as: UTF8.self).trimmed
    }

    private static func say(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}

extension String {
    /// Without white space at its ends.
    fileprivate var trimmed: String {
        let start = firstIndex { !$0.isWhitespace } ?? endIndex
        let end = lastIndex { !$0.isWhitespace }.map { index(after: $0) } ?? endIndex
        return start < end ? String(self[start..<end]) : ""
    }
}
