import Assay

/// A report as GitHub workflow commands, which show beside the lines that made the promises.
struct GitHub {
    let report: AuditReport

    func render() -> String {
        var lines = report.tellings.map(annotation)
        if let trouble = report.trouble {
            lines.append(
                WorkflowCommand.line("error", ["title": "audit ended early"], trouble.onOneLine))
        }
        let verdict = [report.verdict, report.changesInWords].compactMap(\.self)
        lines.append(
            WorkflowCommand.line(
                "notice", ["title": "audit of \(report.suite)"], verdict.joined(separator: "\n")))
        return lines.joined(separator: "\n") + "\n"
    }

    private func annotation(_ result: CheckResult) -> String {
        let properties: KeyValuePairs = [
            "file": result.source.file,
            "line": String(result.source.line),
            "title": "\(result.heading)[\(result.kind)] \(result.table)",
        ]
        let lines = [
            result.message, result.measureInWords, result.changesInWords, result.issueInWords,
            result.reason?.onOneLine,
        ]
        return WorkflowCommand.line(
            WorkflowCommand.name(of: result.findingSeverity), properties,
            lines.compactMap(\.self).joined(separator: "\n"))
    }
}
