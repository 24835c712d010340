import Assay
import Suggestions

extension Imported {
    /// What `assay import` says at its end.
    public func summary(output: String) -> String {
        var text = ""
        for (table, file) in zip(tables, suite.files) {
            text += "\(output)/\(file.path)  \(table), called \(file.identifier)\n"
        }
        let total = turned + left.count
        text += "\(turned.grouped) of \(total.counted("promise")) became checks\n"
        for unequal in left {
            text += """
                no equal: \(unequal.name)
                  --> \(unequal.source.file):\(unequal.source.line)
                  \(unequal.reason)

                """
        }
        if !tables.isEmpty {
            let names = suite.files.map(\.identifier).joined(separator: ", ")
            text += "List the tables in your suite: \(names)\n"
        }
        return text
    }
}
