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
            "Write what counts, and what --baseline holds, to this file as known, and exit with 0.",
            valueName: "file"))
    var writeBaseline: String?

    /// The known findings.
    func known() throws(Refusal) -> GateBaseline? {
        guard let baseline else { return nil }
        return try GateBaseline(file: baseline)
    }
}

/// From which severity on a finding of the gate fails the command.
enum GateFailOn: String, ExpressibleByArgument, CaseIterable {
    case info, warning, error, never

    var severity: Severity? { Severity(rawValue: rawValue) }
}
