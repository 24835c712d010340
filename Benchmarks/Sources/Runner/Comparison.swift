/// The measurements of several commands that were run in turn.
struct Comparison {
    private let cases: [Case]
    /// The measurements of each case, round by round.
    private var rounds: [[Measurement]] = []

    init(_ cases: [Case]) {
        self.cases = cases
    }

    mutating func add(_ round: [Measurement]) {
        rounds.append(round)
    }

    /// The medians as a Markdown table, with ratios to the best of each of some groups.
    ///
    /// A ratio is taken within each round, so that what slows a whole round down takes no side.
    func table(title: String, against groups: [String]) -> String {
        var header = [
            title, "wall s", "from – to", "CPU s client + server", "peak MB",
        ]
        header += groups.map { "wall ÷ \($0)" } + groups.suffix(1).map { "CPU ÷ \($0)" }
        var rows = [header, header.indices.map { $0 == 0 ? "---" : "---:" }]
        for index in cases.indices {
            let walls = rounds.map { $0[index].wall }
            var row = [
                cases[index].name,
                median(walls).text,
                "\((walls.min() ?? 0).text) – \((walls.max() ?? 0).text)",
                "\(median(rounds.map { $0[index].clientCPU }).text) + "
                    + median(rounds.map { $0[index].serverCPU }).text,
                median(rounds.map { $0[index].peakMegabytes }).text(1),
            ]
            row += groups.map { ratio(index, to: $0, by: \.wall) }
            row += groups.suffix(1).map { ratio(index, to: $0, by: \.cpu) }
            rows.append(row)
        }
        return rows.map { "| \($0.joined(separator: " | ")) |\n" }.joined()
    }

    private func ratio(
        _ index: Int, to group: String, by figure: KeyPath<Measurement, Double>
    ) -> String {
        let members = cases.indices.filter { cases[$0].group == group }
        let ratios = rounds.compactMap { round -> Double? in
            guard let best = members.map({ round[$0][keyPath: figure] }).min(), best > 0 else {
                return nil
            }
            return round[index][keyPath: figure] / best
        }
        return ratios.isEmpty ? "–" : median(ratios).text
    }

    private func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}

extension Double {
    /// Three decimals below one, two up to a hundred, none above.
    var text: String { text(self < 1 ? 3 : self < 100 ? 2 : 0) }

    /// The number with so many decimals.
    func text(_ places: Int) -> String {
        var scale = 1
        for _ in 0..<places { scale *= 10 }
        let scaled = Int((self * Double(scale)).rounded())
        guard places > 0 else { return String(scaled) }
        let decimals = String(scaled % scale)
        return "\(scaled / scale)." + String(repeating: "0", count: places - decimals.count)
            + decimals
    }
}
