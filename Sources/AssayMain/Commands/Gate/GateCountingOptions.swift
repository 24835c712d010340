import ArgumentParser
import Assay
import Auditor
import Gate

/// Which findings count, of a gate or of names.
struct GateCountingOptions: ParsableArguments {
    @Option(help: "Exit with 1 from this severity on: info, warning, error or never.")
    var failOn: GateFailOn = .error

    @Option(
        help: ArgumentHelp(
            "A file of findings that are known and do not count; --write-baseline writes one.",
            valueName: "file"))
    var baseline: String?

    @Option(
        help: ArgumentHelp(
            "Write what counts to this file as known, and exit with 0.", valueName: "file"))
    var writeBaseline: String?

    @Option(
        help: ArgumentHelp(
            "Judge only files that differ from where this branch left that one; other migrations have "
                + "run before them.", valueName: "ref"))
    var changedSince: String?

    /// The known findings.
    func known() throws(Refusal) -> GateBaseline? {
        guard let baseline else { return nil }
        return try GateBaseline(file: baseline)
    }

    /// The migrations to judge and those before them, or `nil` where none has changed.
    func choose(from paths: [String]) async throws -> (judged: [Migration], earlier: [Migration])? {
        let all = try await MigrationFolder.migrations(at: paths)
        guard let changedSince, let first = paths.first else { return (all, []) }
        let changed = try await ChangedFiles(since: changedSince, at: first)
        let judged = all.filter { changed.contains($0.file) }
        guard !judged.isEmpty else {
            let count = all.count.counted("migration")
            Screen.note("gate", "none of \(count) differs from \(changedSince); nothing to judge")
            return nil
        }
        return (judged, all.filter { !changed.contains($0.file) })
    }
}

/// From which severity on a finding of the gate fails the command.
enum GateFailOn: String, ExpressibleByArgument, CaseIterable {
    case info, warning, error, never

    var severity: Severity? { Severity(rawValue: rawValue) }
}
