public import ArgumentParser
import Assay
import Auditor
import Gate
public import Reports

/// How what was found in files is told.
struct FindingOutput: ParsableArguments {
    @Option(
        help: """
            What is written to standard output: \
            \(FindingFormat.allCases.map(\.rawValue).joined(separator: ", ")).
            """)
    var format: FindingFormat = .terminal

    @Option(
        help: ArgumentHelp(
            "Write the report of --format to this file, whole or not at all, and nothing to standard "
                + "output.", valueName: "file"))
    var output: String?

    @Option(help: "Colour standard output: auto, always or never.")
    var color: ColourChoice = .auto

    /// Writes a report where it is wanted.
    func write(_ report: FindingReport) throws(Refusal) {
        if let output {
            let look = RenderOptions(color: color == .always)
            try OutputFile(output).write(format.render(report, options: look))
        } else {
            let look = RenderOptions(color: Screen.takesColour(color), width: Screen.width)
            Screen.write(format.render(report, options: look))
        }
    }
}

extension GateCountingOptions {
    /// Writes the baseline that was asked for, and the report.
    ///
    /// - Returns: What the command exits with.
    func finish(_ report: FindingReport, _ telling: FindingOutput) throws(Refusal) -> Int32 {
        var report = report
        let known = try known()
        if let known { report = report.replacing(known.applied(to: report.findings)) }
        if let file = writeBaseline {
            try OutputFile(file).write(GateBaseline.text(of: report, adding: known))
            let others = baseline.map { ", beside those of \($0)" } ?? ""
            Screen.note(
                "baseline", "\(report.counting.count.counted("finding")) in \(file)\(others)")
        }
        try telling.write(report)
        return writeBaseline == nil || report.exitCode == 2 ? report.exitCode : 0
    }
}

extension FindingFormat: ExpressibleByArgument {}
