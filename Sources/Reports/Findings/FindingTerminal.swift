import Assay

/// Findings for a person at a terminal.
struct FindingTerminal {
    let report: FindingReport
    let style: TerminalStyle

    func render() -> String {
        var told: Set<String> = []
        let blocks = report.tellings.map { finding in
            // Why and what instead is said once of each rule.
            block(finding, isFirst: told.insert(finding.rule).inserted)
        }
        return (blocks + [summary]).joined(separator: "\n\n") + "\n"
    }

    private func block(_ finding: Finding, isFirst: Bool) -> String {
        let line = finding.place.line
        var lines = style.heading(
            "\(finding.heading)[\(finding.rule.visible)]", TerminalStyle.Ink(finding.severity),
            finding.message.visible, at: finding.placeText, line: line)
        if let excerpt = finding.excerpt {
            let indent = excerpt.prefix(while: \.isWhitespace).unicodeScalars.count
            let text = String(excerpt.drop(while: \.isWhitespace)).visible
            let start = max(0, finding.place.column - 1 - indent)
            let isOneLine = finding.place.endLine == line
            let length =
                isOneLine ? finding.place.endColumn - finding.place.column : text.count - start
            lines += style.excerpt(text, line: line, marked: (start, length))
        }
        for (label, text) in finding.notesInWords
        where isFirst || !["why", "instead"].contains(label) {
            lines += style.note(label, text, line: line)
        }
        if let rewrite = finding.rewrite {
            lines += style.note("rewrite", rewrite, line: line, isSQL: true)
        }
        if isFirst { lines += style.note("help", finding.explanation, line: line) }
        return lines.joined(separator: "\n")
    }

    private var summary: String {
        let isCalm = report.verdict == .pass && report.accepted.isEmpty
        let facts = report.factsInWords.flatMap { style.fact($0.label, $0.text) }
        if isCalm {
            let words = report.isIdle ? "nothing has changed" : report.subjectsInWords
            return ([style.paint("pass", .passed) + ": " + words] + facts)
                .joined(separator: "\n")
        }
        let ink: TerminalStyle.Ink =
            switch report.verdict {
            case .pass: .passed
            case .warn: .warning
            case .fail: .error
            case .errored: .errored
            }
        let words =
            report.statements == 0
            ? "there is no statement, so nothing was judged"
            : "\(report.countsInWords) in \(report.subjectsInWords)"
        return ([style.paint(report.verdict.rawValue, ink) + ": " + words] + facts)
            .joined(separator: "\n")
    }
}
