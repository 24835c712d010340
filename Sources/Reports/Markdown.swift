import Assay

/// A report for a comment on a pull request or a job's summary.
struct Markdown {
    let report: AuditReport

    func render() -> String {
        let head = """
            ## Audit of \(report.database.map { MarkdownText.escaped($0.name) } ?? MarkdownText.escaped(report.suite))

            \(MarkdownText.escaped(report.verdict))

            \(outcomes)

            \(foot)

            """
        return MarkdownText.fitting(head, report.tellings.map { "\n" + telling($0) })
    }

    private var outcomes: String {
        let rows = Tally(report.results).counts.map { outcome, count in
            "| \(outcome.phrase) | \(count.grouped) |"
        }
        return (["| outcome | checks |", "| --- | ---: |"] + rows).joined(separator: "\n")
    }

    private var foot: String {
        let database =
            report.database.map { MarkdownText.escaped($0.inWords) } ?? "No database was reached"
        let facts = [database, "at \(report.timeText)", report.durationInWords.map { "in \($0)" }]
        let changes = report.changesInWords.map { " \(MarkdownText.escaped($0))." } ?? ""
        return facts.compactMap(\.self).joined(separator: ", ") + "." + changes
    }

    private func telling(_ result: CheckResult) -> String {
        let facts: [(String, String?)] = [
            ("Promise", result.outcome == .errored ? MarkdownText.escaped(result.promise) : nil),
            ("Measure", result.measureInWords.map(MarkdownText.escaped)),
            ("Changes", result.changesInWords.map(MarkdownText.escaped)),
            ("New", codes(result.newRowsInWords)),
            ("Rows", rows(result)),
            ("Values", codes(result.valuesInWords)),
            ("Issue", result.issueInWords.map(MarkdownText.escaped)),
            ("Why", (result.reason?.onOneLine).map(MarkdownText.escaped)),
            ("Fix", result.fixFolder.map(MarkdownText.code)),
            ("Owner", (result.owner?.onOneLine).map(MarkdownText.escaped)),
            ("Source", MarkdownText.code(result.place)),
            ("Help", MarkdownText.code(result.explanation)),
        ]
        let list = facts.compactMap { label, text in text.map { "- \(label): \($0)" } }
        let heading = MarkdownText.escaped("\(result.heading)[\(result.kind)]")
        return """
            <details>
            <summary><strong>\(heading)</strong> \(MarkdownText.escaped(result.message))</summary>

            \(list.joined(separator: "\n"))

            </details>

            """
    }

    private func rows(_ result: CheckResult) -> String? {
        guard let rows = codes(result.rowsInWords) else { return nil }
        return result.restInWords.map { "\(rows) · \($0)" } ?? rows
    }

    private func codes(_ texts: [String]) -> String? {
        texts.isEmpty ? nil : texts.map(MarkdownText.code).joined(separator: " · ")
    }
}
