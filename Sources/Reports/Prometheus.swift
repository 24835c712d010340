import Assay

/// A report as metrics in Prometheus' text form, for the textfile collector of the node exporter.
struct Prometheus {
    let report: AuditReport

    func render() -> String {
        let checks = report.results
        let metrics = [
            metric(
                "assay_run_timestamp_seconds", "When the snapshot of the last run was taken.",
                [("", report.time.fixed(0))]),
            metric(
                "assay_run_duration_seconds", "How long the last run took.",
                report.duration.map { [("", $0.fixed(3))] } ?? []),
            metric(
                "assay_run_ended_early", "1 where the last run was ended before its end.",
                [("", report.trouble == nil ? "0" : "1")]),
            metric(
                "assay_checks", "Checks of the last run by what became of them.",
                Outcome.allCases.map { outcome in
                    (label("outcome", outcome.rawValue), "\(report.count(outcome))")
                }),
            metric(
                "assay_check_violations", "Rows that break the promise.",
                checks.compactMap { result in
                    result.measure.map { (labels(result), "\($0.violations)") }
                }),
            metric(
                "assay_check_scope", "Rows that the promise speaks of.",
                checks.compactMap { result in
                    result.measure.map { (labels(result), "\($0.scope)") }
                }),
            metric(
                "assay_check_value", "The value that is held against earlier runs.",
                checks.compactMap { result in
                    result.measure?.value.map { (labels(result), $0.plain) }
                }),
            metric(
                "assay_check_expected", "The least and the greatest value that was expected.",
                checks.flatMap { result -> [(String, String)] in
                    guard let expected = result.measure?.expected else { return [] }
                    return [("least", expected.lowerBound), ("greatest", expected.upperBound)].map {
                        (labels(result) + "," + label("bound", $0), $1.plain)
                    }
                }),
            metric(
                "assay_check_new", "Violations that the baseline does not have.",
                checks.compactMap { result in
                    result.comparison.map { (labels(result), "\($0.new)") }
                }),
            metric(
                "assay_check_gone", "Violations that only the baseline has.",
                checks.compactMap { result in
                    result.comparison.map { (labels(result), "\($0.gone)") }
                }),
            metric(
                "assay_check_outcome", "What became of the check, as a label; always 1.",
                checks.map { result in
                    (labels(result) + "," + label("outcome", result.outcome.rawValue), "1")
                }),
        ]
        // A comment, since no metric holds a sentence.
        let trouble = report.trouble.map { "# ended early: \($0.onOneLine)\n" } ?? ""
        return trouble + metrics.joined()
    }

    private func metric(_ name: String, _ help: String, _ values: [(String, String)]) -> String {
        guard !values.isEmpty else { return "" }
        let own =
            label("suite", report.suite) + "," + label("database", report.database?.name ?? "")
        let lines = values.map { labels, value in
            "\(name){\(own)\(labels.isEmpty ? "" : ",")\(labels)} \(value)\n"
        }
        return "# HELP \(name) \(help)\n# TYPE \(name) gauge\n" + lines.joined()
    }

    private func labels(_ result: CheckResult) -> String {
        [
            label("check", result.id), label("table", result.table.description),
            label("kind", result.kind), label("severity", result.severity.rawValue),
        ]
        .joined(separator: ",")
    }

    private func label(_ name: String, _ value: String) -> String {
        let escaped = value.visible.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "\(name)=\"\(escaped)\""
    }
}
