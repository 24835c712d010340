import Assay

/// Findings for a comment on a pull request or a job's summary.
struct FindingMarkdown {
    let report: FindingReport

    func render() -> String {
        let facts = report.factsInWords.map { "\($0.label): \($0.text)" }.joined(separator: "; ")
        let head = """
            ## \(report.title.prefix(1).uppercased())\(report.title.dropFirst()): \(report.verdict.rawValue)

            \(MarkdownText.escaped(report.sentence))\(facts.isEmpty ? "" : "\n\n" + MarkdownText.escaped(facts))

            """
        return MarkdownText.fitting(
            head, report.tellings.map { "\n" + telling($0) }, whole: "`--format json` holds")
    }

    private func telling(_ finding: Finding) -> String {
        let heading = MarkdownText.escaped("\(finding.heading)[\(finding.rule)]")
        let facts =
            [("at", MarkdownText.code(finding.placeText))]
            + finding.notesInWords.map { ($0.label, MarkdownText.escaped($0.text)) }
            + [("help", MarkdownText.code(finding.explanation))]
        let list = facts.map { "- \($0): \($1)" }.joined(separator: "\n")
        let excerpt = finding.excerpt.map { "\n\(block($0))\n" } ?? ""
        let rewrite = finding.rewrite.map { "\nRewrite:\n\n\(block($0))\n" } ?? ""
        return """
            <details>
            <summary><strong>\(heading)</strong> \(MarkdownText.escaped(finding.message))</summary>
            \(excerpt)
            \(list)
            \(rewrite)
            </details>

            """
    }

    /// SQL in a block in which nothing is Markdown; an empty line would end it.
    private func block(_ sql: String) -> String {
        let lines = sql.split(separator: "\n").map { MarkdownText.escaped(String($0)) }
        return "<pre><code>\(lines.joined(separator: "\n"))</code></pre>"
    }
}
