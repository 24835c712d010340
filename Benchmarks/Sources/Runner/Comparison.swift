import Measuring

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
        var rows: [[String]] = []
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
        return Measuring.table(header, rows)
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
}
