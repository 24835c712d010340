import ArgumentParser
import Measuring

/// What the service holds in memory after so many payloads.
struct Memory: ParsableCommand {
    @OptionGroup var setting: Setting

    @Option(help: "After how many payloads the memory is looked at; repeatable, ascending.")
    var after: [Int] = [1_000, 10_000, 50_000, 100_000]

    func run() throws {
        try setting.run("empty")
        let request = Payload(customers: setting.customers).request(key: setting.key)
        var done = 0
        var rows: [[String]] = []
        for count in after {
            let outcome = try setting.client.send(
                done + 1..<count + 1, by: request, over: setting.connections)
            let memory = try ProcessAccount.memory(of: setting.service)
            let rate = Double((count - done) * setting.customers) / outcome.seconds
            rows.append([
                "\(count)", memory.now.text(1), memory.peak.text(1), rate.text(0),
                outcome.milliseconds(0.99).text(1), try load(),
            ])
            setting.say("\(count) payloads: \(memory.now.text(1)) MB")
            done = count
        }
        print(
            table(
                ["payloads so far", "MB now", "MB at the most", "customers/s", "p99 ms", "load"],
                rows), terminator: "")
    }
}
