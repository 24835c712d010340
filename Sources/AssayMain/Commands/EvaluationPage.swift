import Assay
import Auditor

/// Where the checks of each table would be evaluated, as a person reads it.
struct EvaluationPage {
    let tables: [TableEvaluation]

    var text: String {
        tables.map(section).joined(separator: "\n")
    }

    private func section(_ table: TableEvaluation) -> String {
        let rows = table.rows.map { "about \($0.counted("row"))" } ?? "never counted"
        var lines = ["\(table.table), \(rows)"]
        if table.leaves > 1 || !table.servers.isEmpty {
            lines.append("  rows: in \(table.leaves.counted("table"))\(elsewhere(table))")
        }
        func line(_ label: String, _ checks: [String]) {
            if !checks.isEmpty { lines.append("  \(label): \(checks.count.counted("check"))") }
        }
        line("on the bytes of its rows", table.streamed)
        line("on the bytes of what changed", table.changed)
        if !table.columns.isEmpty { lines.append("    \(table.columns.joined(separator: ", "))") }
        line("in the database, in the same pass", table.counted)
        line("in the database", table.pushed)
        line("without a look at a row", table.proven)
        lines.append("  why: \(table.reason)")
        return lines.joined(separator: "\n") + "\n"
    }

    /// On which servers rows lie, and what makes them come slowly.
    private func elsewhere(_ table: TableEvaluation) -> String {
        guard !table.servers.isEmpty else { return "" }
        let advice = table.remedyForSlowness.map { "\n    keys come 100 rows at a time: \($0)" }
        return ", on foreign servers \(table.servers.joined(separator: ", "))\(advice ?? "")"
    }
}
