import ArgumentParser
import Measuring

/// How many customers a second come in, by the service and otherwise.
struct Speed: ParsableCommand {
    @OptionGroup var setting: Setting

    @Option(help: "How many payloads a round sends to the service.")
    var payloads = 2_000

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
        "assay serve", "row by row, as PostgREST does", "row by row, bare", "COPY into core alone",
        "COPY into all four tables",
        "COPY into all four tables, two at once",
    ]

    func run() throws {
        var rounds: [[Run]] = []
        // The first does not count, and leaves the rows that COPY stores.
        for round in 0...setting.rounds {
            let runs =
                [try serve(dumps: round == 0)]
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
            "÷ PostgREST", "÷ bare", "÷ core alone", "÷ all four", "÷ two at once",
            "p50 ms", "p95 ms", "p99 ms",
            "CPU s of 10,000: client + service + PostgreSQL",
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
        let payload = Payload(customers: setting.customers)
        let (outcome, service, server) = try setting.accounting { () throws(Failure) in
            try setting.client.send(
                1..<payloads + 1, of: payload, over: setting.connections)
        }
        try setting.run(dumps ? "dump" : "count")
        return Run(
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
