import ArgumentParser
import Measuring

/// How many customers a second come in, by the service and otherwise.
struct Speed: ParsableCommand {
    @OptionGroup var setting: Setting

    @Option(help: "How many payloads a round sends to the service.")
    var payloads = 2_000

    @Option(help: "How many it sends row by row.")
    var rowwise = 401

    @Option(help: "The process of the REST layer.")
    var gateway: Int

    @Option(help: "The port at which it listens.")
    var gatewayPort: UInt16

    /// What a way took in a round.
    private struct Run {
        var customers = 0.0
        var seconds = 0.0
        var client = 0.0
        var service = 0.0
        var server = 0.0
        var milliseconds: [Double] = []

        var rate: Double { customers / seconds }
        var serverShare: Double { server / customers * 10_000 }
    }

    private static let ways = [
        "assay serve", "row by row over HTTP, as PostgREST does",
        "row by row, as PostgREST does, without HTTP", "row by row, bare, without HTTP",
        "COPY into core alone", "COPY into all four tables",
        "COPY into all four tables, two at once",
    ]

    func run() throws {
        var rounds: [[Run]] = []
        // The first does not count, and leaves the rows that COPY stores.
        for round in 0...setting.rounds {
            let runs =
                [try serve(dumps: round == 0), try request()]
                + (try ["postgrest", "bare"].map { try rowByRow($0) })
                + (try ["copy", "copy-all", "copy-halves"].map { try copy($0) })
            for (name, run) in zip(Self.ways, runs) {
                setting.say(
                    "\(round == 0 ? "warm-up" : "round \(round)")  \(name): \(run.rate.text(0)) customers/s"
                )
            }
            if round > 0 { rounds.append(runs) }
        }
        let head = [
            "\(setting.customers) customers a payload", "customers/s", "from – to",
            "÷ over HTTP", "÷ without HTTP", "÷ bare", "÷ core alone", "÷ all four",
            "÷ two at once",
            "p50 ms", "p95 ms", "p99 ms",
            "CPU s of 10,000: client + service or REST layer + PostgreSQL",
        ]
        print(
            table(
                head,
                Self.ways.indices.map { way in
                    let runs = rounds.map { $0[way] }
                    let rates = runs.map(\.rate)
                    func share(_ part: (Run) -> Double) -> String {
                        median(runs.map { part($0) / $0.customers * 10_000 }).text
                    }
                    let ratios = (1..<Self.ways.count).map { other in
                        median(rounds.map { $0[way].rate / $0[other].rate }).text
                    }
                    let latencies = (0..<3).map { place in
                        runs.allSatisfy { $0.milliseconds.count > place }
                            ? median(runs.map { $0.milliseconds[place] }).text(1) : "–"
                    }
                    return [
                        Self.ways[way], median(rates).text(0),
                        "\((rates.min() ?? 0).text(0)) – \((rates.max() ?? 0).text(0))",
                    ] + ratios + latencies
                        + ["\(share(\.client)) + \(share(\.service)) + \(share(\.server))"]
                }), terminator: "")
        print("\nload \(try load())")
    }

    private func serve(dumps: Bool) throws -> Run {
        try setting.run("empty")
        let request = Payload(customers: setting.customers).request(key: setting.key)
        let (outcome, service, server) = try setting.accounting { () throws(Failure) in
            try setting.client.send(1..<payloads + 1, by: request, over: setting.connections)
        }
        try setting.run(dumps ? "dump" : "count")
        return run(of: payloads, outcome, service, server)
    }

    /// Each row by a request of its own to the REST layer, which must leave the rows that the service does.
    private func request() throws -> Run {
        try setting.run("empty")
        let rows = Payload(customers: setting.customers).rows(key: setting.key)
        let (outcome, service, server) = try setting.accounting(of: gateway) { () throws(Failure) in
            try Client(port: gatewayPort).send(
                1..<rowwise + 1, by: rows, over: setting.connections)
        }
        try setting.run("compare")
        return run(of: rowwise, outcome, service, server)
    }

    private func run(
        of payloads: Int, _ outcome: Client.Outcome, _ service: Double, _ server: Double
    ) -> Run {
        Run(
            customers: Double(payloads * setting.customers), seconds: outcome.seconds,
            client: outcome.cpu, service: service, server: server,
            milliseconds: [0.5, 0.95, 0.99].map { outcome.milliseconds($0) })
    }

    private func rowByRow(_ name: String) throws -> Run {
        try setting.run("empty")
        let (taken, _, server) = try setting.accounting { () throws(Failure) in
            try setting.run(name)
        }
        // pgbench says of each transaction, which is a payload here, how many microseconds it took.
        let times = try Latencies(of: "\(setting.work)/times").sorted
        return Run(
            customers: Double(times.count * setting.customers), seconds: taken.seconds,
            client: taken.cpu, server: server,
            milliseconds: [0.5, 0.95, 0.99].map {
                times[min(times.count - 1, Int(Double(times.count) * $0))] / 1_000
            })
    }

    private func copy(_ name: String) throws -> Run {
        try setting.run("empty")
        let (taken, _, server) = try setting.accounting { () throws(Failure) in
            try setting.run(name)
        }
        return Run(
            customers: Double(payloads * setting.customers), seconds: taken.seconds,
            client: taken.cpu, server: server)
    }
}
