import ArgumentParser

/// `assay serve`: starts the service that fills the warehouse.
struct Serve<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "serve",
            abstract: "Take payloads in over HTTP, and send staged rows out.",
            discussion: """
                Starts `assay-server`, which lies beside this command; `assay serve --help` shows its \
                options. docs/operating.md says how it is run.
                """)
    }

    @Argument(parsing: .captureForPassthrough, help: "What is given to assay-server.")
    var arguments: [String] = []

    func run() async throws {
        try await speakingPlainly { try Companion.become("assay-server", arguments) }
    }
}
