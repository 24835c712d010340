import ArgumentParser
import Glibc
import Measuring

/// Measures the service against other ways to the same rows; `Benchmarks/ingest` prepares what it needs.
@main
struct Ingesting: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-ingest",
        abstract: "Load the service, and store the same rows in other ways, in turn.",
        subcommands: [Speed.self, Memory.self, Large.self])
}

/// What all measurements are told.
struct Setting: ParsableArguments {
    @Option(help: "The postmaster's process.")
    var postmaster: Int

    @Option(help: "The service's process.")
    var service: Int

    @Option(help: "The port at which it listens.")
    var port: UInt16

    @Option(help: "A key that it knows.")
    var key: String

    @Option(help: "The folder of the commands.")
    var work: String

    @Option(help: "Over how many connections requests come.")
    var connections = 16

    @Option(help: "How many customers a payload names.")
    var customers = 20

    @Option(help: "How many rounds count.")
    var rounds = 3

    var client: Client { Client(port: port) }

    /// Runs one of the commands that lie in the folder.
    @discardableResult
    func run(_ name: String) throws(Failure) -> (seconds: Double, cpu: Double) {
        let began = ContinuousClock.now
        let usage = try shell("exec bash \(work)/\(name)", named: name, log: "\(work)/log")
        return ((ContinuousClock.now - began) / .seconds(1), usage.cpu)
    }

    /// What the service, or another process in its place, and the server took meanwhile.
    func accounting<Value>(
        of other: Int? = nil, _ body: () throws(Failure) -> Value
    ) throws(Failure) -> (value: Value, service: Double, server: Double) {
        let server = Postmaster(pid: postmaster)
        let pid = other ?? service
        let before = (try ProcessAccount(of: pid).cpu, try server.cpu())
        let value = try body()
        // A backend ends a little after its client.
        usleep(50_000)
        let after = (try ProcessAccount(of: pid).cpu, try server.cpu())
        return (value, after.0 - before.0, after.1 - before.1)
    }

    func say(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}
