import ArgumentParser
import Measuring

/// What one payload of many customers takes, against COPY of its rows.
struct Large: ParsableCommand {
    @OptionGroup var setting: Setting

    @Option(help: "How many bytes the payload has at least.")
    var size = 0

    func run() throws {
        let payload = Payload(customers: setting.customers, size: size)
        var rounds: [[Double]] = []
        for round in 0...setting.rounds {
            try setting.run("empty")
            let outcome = try setting.client.send(
                1..<2, by: payload.request(key: setting.key), over: 1)
            try setting.run(round == 0 ? "dump" : "count")
            let copies = try ["copy", "copy-all"].map { name in
                try setting.run("empty")
                return try setting.run(name).seconds
            }
            setting.say("round \(round): \(outcome.seconds.text) s, COPY \(copies.map(\.text))")
            if round > 0 { rounds.append([outcome.seconds] + copies) }
        }
        let memory = try ProcessAccount.memory(of: setting.service)
        let title =
            "one payload of \(setting.customers) customers, \(payload.text.utf8.count / 1_000) kB"
        let names = ["assay serve", "COPY into core alone", "COPY into all four tables"]
        print(
            table(
                [title, "wall s", "from – to", "÷ core alone", "÷ all four"],
                names.indices.map { way in
                    let walls = rounds.map { $0[way] }
                    return [
                        names[way], median(walls).text,
                        "\((walls.min() ?? 0).text) – \((walls.max() ?? 0).text)",
                    ]
                        + [1, 2].map { other in
                            median(rounds.map { $0[way] / $0[other] }).text
                        }
                }), terminator: "")
        print("\nthe service's memory at the most: \(memory.peak.text(1)) MB; load \(try load())")
    }
}
