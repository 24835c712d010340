import Assay
import Auditor
import FoundationEssentials

/// What is new and gone between two runs.
struct DifferencePage {
    let before: ViolationFile.Header
    let after: ViolationFile.Header
    let compared: [(entry: ViolationFile.Entry, comparison: BaselineComparison)]

    /// Violations that only the later run has.
    var new: Int { sum(\.new) }

    private var gone: Int { sum(\.gone) }
    private var still: Int { sum(\.still) }

    private func sum(_ count: (BaselineComparison) -> Int) -> Int {
        compared.reduce(0) { $0 + count($1.comparison) }
    }

    /// For a person at a terminal: a line a check that changed.
    var text: String {
        var text =
            "\(before.run) of \(Timestamp.text(before.time)) -> "
            + "\(after.run) of \(Timestamp.text(after.time)), \(after.suite) on \(after.database)\n\n"
        let changed = compared.filter { $0.comparison.isChange }
        let width = changed.map(\.entry.id.count).max() ?? 0
        for (entry, comparison) in changed {
            let pad = String(repeating: " ", count: width - entry.id.count)
            let basis =
                switch comparison.basis {
                case .identity: ""
                case .count: ", by their number only"
                case .nothing: "; the earlier run has not evaluated it"
                }
            text += "\(entry.id)\(pad)  \(comparison.sentence)\(basis)\n"
        }
        if !changed.isEmpty { text += "\n" }
        let same = (compared.count - changed.count).counted("check")
        return text + BaselineComparison.sentence(new: new, gone: gone, still: still)
            + "; \(same) unchanged\n"
    }

    /// For programs: one object on a line, as `reports/README.md` describes it.
    ///
    /// - Throws: A refusal where a name has no JSON form.
    func json() throws(Refusal) -> String {
        let record = Record(
            before: Run(before), after: Run(after), suite: after.suite, database: after.database,
            new: new, gone: gone, still: still,
            checks: compared.map { entry, comparison in
                Check(
                    id: entry.id, outcome: entry.outcome, unit: entry.unit, new: comparison.new,
                    gone: comparison.gone, still: comparison.still,
                    basis: comparison.basis.rawValue)
            })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(record) else {
            throw Refusal("the difference cannot be written: a name in it has no JSON form")
        }
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    private struct Record: Encodable {
        var version = 1
        var kind = "diff"
        let before: Run
        let after: Run
        let suite: String
        let database: String
        let new: Int
        let gone: Int
        let still: Int
        let checks: [Check]
    }

    private struct Run: Encodable {
        let run: String
        let time: String

        init(_ header: ViolationFile.Header) {
            run = header.run
            time = Timestamp.text(header.time)
        }
    }

    private struct Check: Encodable {
        let id: String
        let outcome: String
        let unit: String
        let new: Int
        let gone: Int
        let still: Int
        let basis: String
    }
}
