import Assay

/// A report as GitHub workflow commands, which show beside the lines that made the promises.
struct GitHub {
    let report: AuditReport

    func render() -> String {
        var lines = report.tellings.map(annotation)
        if let trouble = report.trouble {
            lines.append(command("error", ["title": "audit ended early"], trouble.onOneLine))
        }
        let verdict = [report.verdict, report.changesInWords].compactMap(\.self)
        lines.append(
            command(
                "notice", ["title": "audit of \(report.suite)"], verdict.joined(separator: "\n")))
        return lines.joined(separator: "\n") + "\n"
    }

    private func annotation(_ result: CheckResult) -> String {
        let level =
            switch result.findingSeverity {
            case .warning?: "warning"
            case .info?: "notice"
            case .error?, nil: "error"
            }
        let properties: KeyValuePairs = [
            "file": result.source.file,
            "line": String(result.source.line),
            "title": "\(result.heading)[\(result.kind)] \(result.table)",
        ]
        let lines = [
            result.message, result.measureInWords, result.changesInWords, result.issueInWords,
            result.reason?.onOneLine,
        ]
        return command(level, properties, lines.compactMap(\.self).joined(separator: "\n"))
    }

    private func command(
        _ name: String, _ properties: KeyValuePairs<String, String>, _ message: String
    ) -> String {
        let list = properties.map { "\($0)=\(escaped($1.visible, inProperty: true))" }
        return "::\(name) \(list.joined(separator: ","))::\(escaped(message, inProperty: false))"
    }

    private func escaped(_ text: String, inProperty: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": result += "%25"
            case "\r": result += "%0D"
            case "\n": result += "%0A"
            case ":" where inProperty: result += "%3A"
            case "," where inProperty: result += "%2C"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
