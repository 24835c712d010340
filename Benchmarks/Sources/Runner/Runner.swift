import ArgumentParser
import Glibc
import Measuring

/// Runs commands in turn (A B C A B C …) and prints what they took.
@main
struct Runner: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-runner",
        abstract: "Run commands in turn and compare what they take.",
        discussion: """
            A line of the file is a group, a name and a command of the shell, set apart by tabs, and \
            where needed a fourth field: a command that comes before and is not measured. Wall \
            time is that of the whole process; processor time is the kernel's account.
            """)

    @Argument(help: "The file of cases.")
    var cases: String

    @Option(help: "The postmaster's process.")
    var postmaster: Int

    @Option(help: "How many rounds count.")
    var rounds = 5

    @Option(help: "How many rounds come before and do not count.")
    var warmup = 1

    @Option(help: "A group that all are held against; repeatable. The last also by processor time.")
    var against: [String] = []

    @Option(help: "What stands over the table's first column.")
    var title = ""

    @Option(help: "Where the output of the commands goes.")
    var log = "/dev/null"

    func run() throws {
        let cases = try readCases()
        let server = Postmaster(pid: postmaster)
        var comparison = Comparison(cases)
        for round in 0..<(warmup + rounds) {
            let label = round < warmup ? "warm-up" : "round \(round - warmup + 1)"
            var measurements: [Measurement] = []
            for entry in cases {
                let measurement = try entry.measure(on: server, log: log)
                measurements.append(measurement)
                say(
                    "\(label)  \(entry.name): \(measurement.wall.text) s, CPU \(measurement.cpu.text) s"
                )
            }
            if round >= warmup { comparison.add(measurements) }
        }
        print(comparison.table(title: title, against: against), terminator: "")
    }

    private func readCases() throws -> [Case] {
        var entries: [Case] = []
        guard let file = fopen(cases, "r") else { throw ValidationError("cannot read \(cases)") }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        while getline(&line, &capacity, file) > 0, let text = line.map({ String(cString: $0) }) {
            let parts = text.split(separator: "\n")[0].split(separator: "\t").map(String.init)
            guard 3...4 ~= parts.count else {
                throw ValidationError("a case is three or four fields: \(text)")
            }
            entries.append(
                Case(
                    group: parts[0], name: parts[1], command: parts[2],
                    preparation: parts.count == 4 ? parts[3] : nil))
        }
        return entries
    }

    private func say(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}
