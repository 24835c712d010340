import Assay

/// A report for a person at a terminal.
struct Terminal {
    let report: AuditReport
    private let style: TerminalStyle

    init(report: AuditReport, options: RenderOptions) {
        self.report = report
        style = TerminalStyle(options: options)
    }

    func render() -> String {
        let blocks = report.tellings.map(telling)
        return (blocks + [summary]).joined(separator: "\n\n") + "\n"
    }

    // MARK: One thing to tell

    private func telling(_ result: CheckResult) -> String {
        let ink = TerminalStyle.Ink(result.findingSeverity)
        var lines = style.heading(
            "\(result.heading)[\(result.kind.visible)]", ink, result.message, at: result.place,
            line: result.source.line)
        if let excerpt = result.excerptLine {
            lines += style.excerpt(excerpt, line: result.source.line)
        }
        for (label, text) in notes(result) {
            lines += style.note(label, text, line: result.source.line)
        }
        return lines.joined(separator: "\n")
    }

    private func notes(_ result: CheckResult) -> [(String, String)] {
        let notes: [(String, String?)] = [
            ("promise", result.outcome == .errored ? result.promise : nil),
            ("measure", result.measureInWords),
            ("changes", result.changesInWords),
            ("new", list(result.newRowsInWords)),
            ("trend", trend(result)),
            ("rows", rows(result)),
            ("values", list(result.valuesInWords)),
            ("issue", result.issueInWords),
            ("why", result.reason?.onOneLine),
            ("fix", result.fixFolder),
            ("owner", result.owner?.onOneLine),
            ("help", result.explanation),
        ]
        return notes.compactMap { label, text in text.map { (label, $0) } }
    }

    /// The last runs and this one: `▁▃█ 0 to 14 in 3 runs`.
    private func trend(_ result: CheckResult) -> String? {
        guard let past = report.trends[result.id], let measure = result.measure else { return nil }
        let trend = past.ending(
            in: .init(time: report.time, violations: measure.violations, value: measure.value),
            keeping: 30)
        guard trend.points.count > 1, let ends = trend.extremes else { return nil }
        return "\(trend.sparkline) \(ends.least) to \(ends.most) in "
            + trend.points.count.counted("run")
    }

    private func rows(_ result: CheckResult) -> String? {
        let rows = result.rowsInWords + [result.restInWords].compactMap(\.self)
        let hint = result.valuesInWords.isEmpty ? " (--show-values prints values)" : ""
        return list(rows).map { $0 + hint }
    }

    private func list(_ texts: [String]) -> String? {
        texts.isEmpty ? nil : texts.joined(separator: " · ")
    }

    // MARK: The run as a whole

    private var summary: String {
        let isPlain =
            report.known.isEmpty && report.learning.isEmpty && report.baseline == nil
        if report.exitCode(failOn: .info) == 0, report.unexamined.isEmpty, isPlain {
            let place = report.database.map { " in \($0.name.visible)" } ?? ""
            let tables = report.tables.count.counted("table")
            return style.paint("ok", .passed) + ": \(report.results.count.counted("check"))"
                + " of \(tables)\(place) passed\(duration)"
        }
        var lines = tableLines
        lines.append(style.paint(report.summary, .strong) + duration)
        for (label, text) in facts { lines += style.fact(label, text) }
        return lines.joined(separator: "\n")
    }

    private var duration: String { report.durationInWords.map { " in \($0)" } ?? "" }

    private var tableLines: [String] {
        let lines = report.tables.map { table in
            let rows = report.rows[table.name].map { $0.counted("row") } ?? "rows not counted"
            return (table.name.description.visible, rows, Tally(table.results))
        }
        let nameWidth = lines.map(\.0.count).max() ?? 0
        let rowsWidth = lines.map(\.1.count).max() ?? 0
        let texts = lines.map { name, rows, tally in
            let pad = String(repeating: " ", count: rowsWidth - rows.count)
            let checks = tally.total.counted("check")
            return "\(name.padded(to: nameWidth))  \(pad)\(rows)  \(checks): \(tally.sentence)"
        }
        return texts.isEmpty ? [] : texts + [""]
    }

    private var facts: [(String, String)] {
        let facts: [(String, String?)] = [
            ("ended early", report.trouble?.onOneLine),
            ("not evaluated", notEvaluated),
            ("nothing examined", nothingExamined),
            ("learning", learning),
            ("known issues", knownIssues),
            ("changes", report.changesInWords),
            ("mended", report.mended.isEmpty ? nil : names(report.mended)),
            ("database", report.database?.inWords ?? "none was reached"),
            ("snapshot", report.timeText),
        ]
        return facts.compactMap { label, text in text.map { (label, $0) } }
    }

    private var notEvaluated: String? {
        let checks = report.errored
        guard !checks.isEmpty else { return nil }
        return "\(checks.count.counted("check")) neither passed nor failed: \(names(checks))"
    }

    private var nothingExamined: String? {
        if report.results.isEmpty { return "there was no check to run" }
        let checks = report.unexamined
        guard !checks.isEmpty else { return nil }
        return "\(checks.count.counted("check")) had no row in scope: \(names(checks))"
    }

    private var learning: String? {
        let checks = report.learning
        guard !checks.isEmpty else { return nil }
        return "\(checks.count.counted("check")) until \(Past.learning) runs are recorded: "
            + names(checks)
    }

    private var knownIssues: String? {
        let issues = report.known.compactMap { result in
            result.issueInWords.map { "\(result.id.visible) (\($0))" }
        }
        return issues.isEmpty ? nil : issues.joined(separator: ", ")
    }

    private func names(_ checks: [CheckResult]) -> String {
        let shown = checks.prefix(5).map(\.id.visible).joined(separator: ", ")
        return checks.count > 5 ? "\(shown) and \((checks.count - 5).grouped) more" : shown
    }
}

extension String {
    /// The text filled with spaces to a width.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }

    /// The text, or its beginning and an ellipsis.
    func cut(to width: Int) -> String {
        count <= width ? self : prefix(width - 2) + " …"
    }

    /// Lines no longer than a width, broken at spaces; a longer word has a line of its own.
    func wrapped(at width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in split(separator: " ", omittingEmptySubsequences: false) {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = String(word)
            } else {
                line += line.isEmpty ? String(word) : " " + word
            }
        }
        return lines + [line]
    }
}
