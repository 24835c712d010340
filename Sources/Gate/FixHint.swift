import Assay
import Auditor

/// The fix plan that would clear the rows that stand in a migration's way.
struct FixHint: Sendable, Hashable {
    /// What to run, or to declare and then to run, as the end of `fix`.
    let text: String

    init(for demand: RowDemand, in suite: Suite?) {
        let table = demand.table
        let (kind, columns, declaration) = Self.check(for: demand)
        let declared = suite?.checks.first { item in
            item.table.name == table && item.check.kind == kind
                && (columns.isEmpty || Set(item.check.columns) == Set(columns))
        }
        if let declared {
            text = "assay fix plan \(declared.id)"
        } else if let declaration {
            let id = "\(table)/\(kind)" + (columns.count == 1 ? ":\(columns[0])" : "")
            text = "promise \(declaration) of \(table) in checks/, then: assay fix plan \(id)"
        } else {
            text = "write fixes/NAME/fix.sql, then: assay fix plan --name NAME"
        }
    }

    /// The kind of check that promises what is demanded, its columns, and its line in `checks/`.
    private static func check(
        for demand: RowDemand
    ) -> (kind: String, columns: [String], declaration: String?) {
        func original(_ names: [String]) -> [String] {
            names.map { name in
                demand.columns.first { $0.current == name }?.original ?? name
            }
        }
        func line(_ kind: String, _ names: [String]) -> String {
            "\(kind)(\(names.map { "\"\($0)\"" }.joined(separator: ", ")))"
        }
        switch demand.sort {
        case .notNull(let column):
            return ("required", [column], line("Required", [column]))
        case .unique(_, let parts, _, _, _):
            let names = original(parts.map { $0.replacing("\"", with: "") })
            let isPlain = names.allSatisfy { name in
                demand.columns.contains { $0.original == name }
            }
            return isPlain
                ? (
                    "unique", names,
                    "Unique(by: \(names.map { "\"\($0)\"" }.joined(separator: ", ")))"
                )
                : ("unique", [], nil)
        case .reference(_, let columns, let parent, let keys):
            let names = original(columns)
            guard names.count == 1, let parent, let key = keys.first else {
                return ("references", names, nil)
            }
            return ("references", names, "References(\"\(names[0])\", in: \"\(parent).\(key)\")")
        case .type(let column, _, _, _):
            return ("matches", original([column]), nil)
        case .newColumn, .check, .exclusion:
            return ("", [], nil)
        }
    }
}
