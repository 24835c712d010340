import Assay

/// Findings as GitHub workflow commands, which show beside the lines of the migration.
struct FindingGitHub {
    let report: FindingReport

    func render() -> String {
        let lines = report.tellings.map(annotation)
        let title = "\(report.title): \(report.verdict.rawValue)"
        let verdict = WorkflowCommand.line("notice", ["title": title], report.sentence)
        return (lines + [verdict]).joined(separator: "\n") + "\n"
    }

    private func annotation(_ finding: Finding) -> String {
        let place = finding.place
        // GitHub takes columns only within one line, and its last column is the last character's.
        let properties: KeyValuePairs<String, String> =
            place.line == place.endLine
            ? [
                "file": place.file, "line": "\(place.line)", "col": "\(place.column)",
                "endColumn": "\(max(place.column, place.endColumn - 1))",
                "title": "\(finding.heading)[\(finding.rule)]",
            ]
            : [
                "file": place.file, "line": "\(place.line)", "endLine": "\(place.endLine)",
                "title": "\(finding.heading)[\(finding.rule)]",
            ]
        let notes = finding.notesInWords.map { "\($0.label): \($0.text)" }
        let rewrite = finding.rewrite.map { ["rewrite:\n\($0)"] } ?? []
        return WorkflowCommand.line(
            WorkflowCommand.name(of: finding.severity), properties,
            ([finding.message.visible] + notes + rewrite).joined(separator: "\n"))
    }
}
