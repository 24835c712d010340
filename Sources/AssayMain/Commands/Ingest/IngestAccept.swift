import ArgumentParser
import Auditor
import FoundationEssentials
import Ingest

/// `assay ingest accept`: takes one payload in, as the server would.
struct IngestAccept<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "accept",
            abstract: "Take one payload in, and print the answer.",
            discussion: """
                The answer is what a client of the server would be given, as JSON. The exit status is 1 \
                where the payload was not stored.
                """)
    }

    @Argument(
        help: "The workflow: \(Workflow.all.map(\.name).joined(separator: ", ")).")
    var workflow: String

    @Argument(help: "The file that holds the payload; - is standard input.") var file: String

    @Option(
        help: ArgumentHelp(
            "A name for the request: sent again with it, the payload is not stored twice.",
            valueName: "key"))
    var key: String?

    @OptionGroup(title: "Database") var connection: ConnectionOptions

    func run() async throws {
        try await speakingPlainly {
            guard let workflow = Workflow.named(self.workflow) else {
                throw Refusal.unknown(
                    "there is no workflow called \(self.workflow)", self.workflow,
                    among: Workflow.all.map(\.name))
            }
            let payload = try read()
            let ingest = Ingest(tables: try S.suite().tables)
            let answer = try await connection.ingesting(expected: S.expected) { connection in
                try await ingest.accept(payload, by: workflow, key: key, over: connection)
            }
            Screen.write(answer.body.text + "\n")
            if answer.status != .accepted { throw ExitCode(1) }
        }
    }

    private func read() throws(Refusal) -> [UInt8] {
        if file == "-" { return Screen.input() }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Refusal("cannot read \(file)")
        }
        return Array(data)
    }
}
