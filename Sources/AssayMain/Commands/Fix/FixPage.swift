import Assay
import Fixes

extension FixPlan {
    /// What a fix will do, as a person reviews it.
    func page(in folder: FixFolder) -> String {
        var lines = ["\(name): \(checks.isEmpty ? "written by hand" : "mends \(checks.inWords)")"]
        lines.append(
            "planned by \(author) at \(created) for the database \(target.database)")
        lines.append("")
        for (index, step) in steps.enumerated() {
            lines.append("  \(index + 1). \(step.title)  (\(step.rows.counted("row")))")
        }
        lines.append("")
        for table in tables {
            lines.append("  \(table.table): \(table.words)")
            if !table.varying.isEmpty {
                lines.append(
                    "    \(table.varying.inWords): something else each time it runs, so not held to the plan"
                )
            }
        }
        for dependant in dependants {
            lines.append(
                "  \(dependant.rows.counted("row")) of \(dependant.table) hang on rows of "
                    + "\(dependant.parent) that go; \(dependant.resolved.grouped) of them are pointed "
                    + "elsewhere (\(dependant.name))")
        }
        let changed = measures.filter { $0.before != $0.after || $0.isResolved }
        if !changed.isEmpty { lines += ["", "violations before -> after"] }
        for measure in changed {
            let before = measure.before?.grouped ?? "not evaluated"
            let after = measure.after?.grouped ?? "not evaluated"
            lines.append("  \(before) -> \(after)  \(measure.check)")
        }
        if !leftOver.isEmpty { lines += ["", "left to a person"] }
        lines += leftOver.map { "  \($0)" }
        if !samples.isEmpty { lines += ["", "the first changed rows"] }
        for sample in samples {
            lines.append("  \(sample.change) \(sample.table) \(sample.key.joined(separator: ", "))")
            for cell in sample.cells where sample.change == "update" {
                lines.append("    \(cell.column): \(shown(cell.before)) -> \(shown(cell.after))")
            }
        }
        lines += [
            "",
            "lock: SHARE ROW EXCLUSIVE while it runs, on every table that the script names and on those that "
                + "foreign keys change along with them: others may read, writers wait; readers wait too for a "
                + "moment before COMMIT",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    /// A value on one line, with what could move a terminal's cursor spelled out.
    private func shown(_ value: String?) -> String {
        guard let value else { return "null" }
        return value.debugDescription
    }
}
