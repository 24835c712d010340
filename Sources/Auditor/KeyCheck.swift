import Assay

/// The promise that a declared key is one, where no index proves it.
enum KeyCheck {
    static func make(
        for entry: Plan.AuditedTable, context: CheckContext, root: String
    ) -> SuiteCheck? {
        let table = entry.table
        guard !table.key.isEmpty, context.shape.proof(thatUnique: table.key) == nil else {
            return nil
        }
        let keys = table.key.map { Unique.Key(stringLiteral: $0) }
        let check = Unique(by: keys, file: table.source.file, line: table.source.line)
        return SuiteCheck(
            id: "\(table.name)/key", table: table, check: check,
            source: table.source.relative(to: root))
    }

    /// A declared key that is none is the suite's fault, not the data's.
    static func judge(_ verdict: Verdict, of table: Table) -> Verdict {
        guard case .measured(let measure, _) = verdict, measure.violations > 0 else {
            return verdict
        }
        let key = table.key.joined(separator: ", ")
        return .errored(
            "the declared key of \(table.name) is not unique: \(measure.violations.counted("row")) "
                + "share \(key); declare columns that tell rows apart, or no key at all")
    }
}
