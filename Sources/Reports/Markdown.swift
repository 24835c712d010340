import Assay

/// A report for a comment on a pull request or a job's summary.
struct Markdown {
    /// GitHub takes 65,536 characters; bytes are counted, which can only be more.
    static let limit = 60_000

    let report: AuditReport

    func render() -> String {
        let head = """
            ## Audit of \(report.database.map { escaped($0.name) } ?? escaped(report.suite))

            \(escaped(report.verdict))

            \(outcomes)

            \(foot)

            """
        // What is left out must be said, too; 200 bytes are kept for it.
        var room = Markdown.limit - head.utf8.count - 200
        var blocks: [String] = []
        for result in report.tellings {
            let block = "\n" + telling(result)
            room -= block.utf8.count
            if room < 0 { break }
            blocks.append(block)
        }
        let missing = report.tellings.count - blocks.count
        if missing > 0 {
            blocks.append(
                """

                \(missing.counted("more finding")) did not fit into \(Markdown.limit.grouped) \
                characters; the HTML and JSON reports hold all of them.

                """)
        }
        return head + blocks.joined()
    }

    private var outcomes: String {
        let rows = Tally(report.results).counts.map { outcome, count in
            "| \(outcome.phrase) | \(count.grouped) |"
        }
        return (["| outcome | checks |", "| --- | ---: |"] + rows).joined(separator: "\n")
    }

    private var foot: String {
        let database = report.database.map { escaped($0.inWords) } ?? "No database was reached"
        let facts = [database, "at \(report.timeText)", report.durationInWords.map { "in \($0)" }]
        let changes = report.changesInWords.map { " \(escaped($0))." } ?? ""
        return facts.compactMap(\.self).joined(separator: ", ") + "." + changes
    }

    private func telling(_ result: CheckResult) -> String {
        let facts: [(String, String?)] = [
            ("Promise", result.outcome == .errored ? escaped(result.promise) : nil),
            ("Measure", result.measureInWords.map(escaped)),
            ("Changes", result.changesInWords.map(escaped)),
            ("New", codes(result.newRowsInWords)),
            ("Rows", rows(result)),
            ("Values", codes(result.valuesInWords)),
            ("Issue", result.issueInWords.map(escaped)),
            ("Why", (result.reason?.onOneLine).map(escaped)),
            ("Fix", result.fixFolder.map(code)),
            ("Owner", (result.owner?.onOneLine).map(escaped)),
            ("Source", code(result.place)),
            ("Help", code(result.explanation)),
        ]
        let list = facts.compactMap { label, text in text.map { "- \(label): \($0)" } }
        let heading = escaped("\(result.heading)[\(result.kind)]")
        return """
            <details>
            <summary><strong>\(heading)</strong> \(escaped(result.message))</summary>

            \(list.joined(separator: "\n"))

            </details>

            """
    }

    private func rows(_ result: CheckResult) -> String? {
        guard let rows = codes(result.rowsInWords) else { return nil }
        return result.restInWords.map { "\(rows) · \($0)" } ?? rows
    }

    private func codes(_ texts: [String]) -> String? {
        texts.isEmpty ? nil : texts.map(code).joined(separator: " · ")
    }

    /// Data stands in `code`, where GitHub reads neither mentions nor references.
    private func code(_ text: String) -> String { "<code>\(escaped(text))</code>" }

    /// Text in which every character that Markdown or HTML could read is a character reference,
    /// which neither of them takes for structure.
    private func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.visible.unicodeScalars {
            switch scalar {
            case "&", "<", ">", "\"", "'", "|", "`", "*", "_", "~", "[", "]", "\\", "#", "@", "!",
                "$":
                result += "&#\(scalar.value);"
            default:
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
