import ArgumentParser
import Assay
import Auditor
import Gate

/// Which migrations are judged, for `assay gate`.
struct ChangedMigrations: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Judge only files that differ from where this branch left that one; other migrations have "
                + "run before them.", valueName: "ref"))
    var changedSince: String?

    /// What is judged, and what has run before.
    struct Choice {
        /// The migrations to judge, in order.
        var judged: [Migration]
        /// Those that have run before.
        var earlier: [Migration]
        /// The files of which nothing is told but that they do not run: their ways back are judged.
        var silent: Set<String> = []

        /// The report without what is said of files that have not changed.
        func limited(_ report: FindingReport) -> FindingReport {
            report.replacing(
                report.findings.filter {
                    !silent.contains($0.place.file) || $0.rule == "fails-on-shadow"
                })
        }
    }

    /// Reads the migrations and chooses those that have changed, with their ways back.
    func choose(from paths: [String]) async throws -> Choice {
        let all = try await MigrationFolder.migrations(at: paths)
        guard let changedSince, let first = paths.first else {
            return Choice(judged: all, earlier: [])
        }
        let changed = try await ChangedFiles(since: changedSince, at: first)
        let there = all.map { changed.contains($0.file) }
        let differs = zip(all, there).map { migration, isChanged in
            isChanged || migration.down.map { changed.contains($0.file) } ?? false
        }
        // From an old migration whose way back has changed, all run that come behind it.
        if let start = all.indices.first(where: { differs[$0] && !there[$0] }),
            let end = differs.lastIndex(of: true)
        {
            let run = Array(all[start...end])
            let silent = run.map(\.file).filter { !changed.contains($0) }
            return Choice(judged: run, earlier: Array(all[..<start]), silent: Set(silent))
        }
        if !differs.contains(true) {
            let count = all.count.counted("migration")
            Screen.note("gate", "none of \(count) differs from \(changedSince); nothing to judge")
        }
        return Choice(
            judged: zip(all, differs).filter(\.1).map(\.0),
            earlier: zip(all, differs).filter { !$0.1 }.map(\.0))
    }
}
