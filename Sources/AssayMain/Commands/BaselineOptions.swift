import ArgumentParser
import Assay
import Auditor
import FoundationEssentials
import Glibc

/// What a run is compared to.
struct BaselineOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Say what is new and gone since this run: its folder's name, last, or a violations.txt.",
            valueName: "run"))
    var baseline: String?

    /// Tells violations apart, where that was asked for.
    ///
    /// - Parameters:
    ///   - suite: The suite's name, which is the salt where none is set.
    ///   - folder: Where the folders of runs are.
    ///   - isWhole: Whether the whole suite is run.
    ///   - writes: Whether the run keeps a folder of reports.
    /// - Returns: How they are told apart, or `nil`.
    /// - Throws: A refusal where there is no such run.
    func identification(
        suite: String, in folder: String, isWhole: Bool, writes: Bool
    ) throws(Refusal) -> IdentificationOptions? {
        guard let baseline else { return nil }
        var file: String?
        if writes {
            // Beside the run's folder, whose name only the snapshot's time gives.
            try ReportFolder.make(folder)
            file = "\(folder)/.violations-\(getpid())"
        }
        return IdentificationOptions(
            file: file, baseline: try BaselineChoice(baseline, in: folder),
            salt: Screen.variable("ASSAY_SALT") ?? suite, isWhole: isWhole)
    }

    /// Says what is to be said of the baseline once the run is over.
    ///
    /// - Parameters:
    ///   - report: What the run found.
    ///   - isKept: Whether the run may be the baseline of another one.
    func note(on report: AuditReport, isKept: Bool) {
        for sentence in report.skippedBaselines {
            Screen.note("baseline", "skipped: \(sentence)", .warning)
        }
        guard baseline != nil, report.trouble == nil else { return }
        guard let found = report.baseline else {
            Screen.note(
                "baseline",
                "none yet, so that all counts as new; "
                    + (isKept
                        ? "this run is the next one's"
                        : "with --no-reports this run is not kept as the next one's"))
            return
        }
        guard found.time > report.time else { return }
        Screen.note(
            "baseline",
            "\(found.run) was taken at \(Timestamp.text(found.time)), after this run; the server's "
                + "clock went backwards", .warning)
    }
}
