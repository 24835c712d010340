import ArgumentParser
import Assay
import Auditor

/// `assay diff`: says what is new and gone between two runs.
struct Difference<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "diff",
            abstract: "Say which violations are new, gone and still there between two runs.",
            discussion: """
                Both runs must have kept their violations.txt, which audits with --baseline do. \
                Needs no database. Exits with 1 where the later run has new violations.

                EXAMPLES
                  assay diff 2026-11-22-041500 2026-11-23-041500
                  assay diff main/violations.txt reports/branch
                """)
    }

    @Argument(help: "The earlier run: its folder's name, or a violations.txt.") var before: String
    @Argument(help: "The later run.") var after: String

    @Option(help: ArgumentHelp("Where the folders of runs are.", valueName: "folder"))
    var reports = "reports"

    func run() async throws {
        try await speakingPlainly {
            let baseline = try ViolationFile(naming: before, in: reports)
            let later = try ViolationFile(naming: after, in: reports)
            let compared = try later.compared(to: baseline)
            Screen.write(table(compared, baseline.header, later.header))
            if compared.contains(where: { $0.comparison.new > 0 }) { throw ExitCode(1) }
        }
    }

    private func table(
        _ compared: [(entry: ViolationFile.Entry, comparison: BaselineComparison)],
        _ before: ViolationFile.Header, _ after: ViolationFile.Header
    ) -> String {
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
        let all = compared.map(\.comparison)
        let same = (compared.count - changed.count).counted("check")
        return text
            + BaselineComparison.sentence(
                new: all.reduce(0) { $0 + $1.new }, gone: all.reduce(0) { $0 + $1.gone },
                still: all.reduce(0) { $0 + $1.still }) + "; \(same) unchanged\n"
    }
}
