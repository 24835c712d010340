import Assay

/// A demand on rows, in words.
struct DemandWords: Sendable {
    private let demand: RowDemand

    init(_ demand: RowDemand) {
        self.demand = demand
    }

    private var table: TableName { demand.table }

    /// What is demanded, as the beginning of a sentence.
    var demanded: String {
        switch demand.sort {
        case .notNull(let column): "NOT NULL of \(table).\(column)"
        case .newColumn(let column): "NOT NULL of the new column \(column) of \(table)"
        case .check(let name, _): "the check \(name) of \(table)"
        case .unique(let name, _, _, _, _): "the unique index \(name) of \(table)"
        case .reference(let name, _, _, _): "the foreign key \(name) of \(table)"
        case .type(let column, _, let new, _): "the type \(new) of \(table).\(column)"
        case .exclusion(let name): "the exclusion constraint \(name) of \(table)"
        }
    }

    /// Whether some rows may meet it and others not.
    var concernsSome: Bool {
        if case .newColumn = demand.sort { false } else { true }
    }

    /// What tells the demand apart from others across runs.
    var subject: String { demanded }

    /// How many rows do not meet it.
    func sentence(rows: Int, groups: Int?, isLoss: Bool) -> String {
        let these = rows.counted("row")
        let verb = rows == 1 ? "has" : "have"
        switch demand.sort {
        case .notNull(let column):
            return "\(these) of \(table) \(verb) no \(column)"
        case .newColumn(let column):
            return
                "\(these) of \(table) get no value in the new column \(column), which demands one"
        case .check(let name, let expression):
            return
                "\(these) of \(table) \(rows == 1 ? "violates" : "violate") \(name): \(expression)"
        case .unique(_, let parts, _, _, _):
            let shared = groups == 1 ? "1 value" : "\((groups ?? 0).grouped) values"
            return "\(these) of \(table) share \(shared) of \(parts.joined(separator: ", "))"
        case .reference(_, let columns, let parent, let keys):
            let target = parent.map { "\($0)" } ?? "the table"
            return "\(these) of \(table) \(rows == 1 ? "refers" : "refer") by "
                + "\(columns.joined(separator: ", ")) to no \(keys.joined(separator: ", ")) of \(target)"
        case .type(let column, _, let new, _):
            if isLoss {
                return "\(these) of \(table) \(verb) a \(column) that \(new) cuts or rounds"
            }
            return "\(these) of \(table) \(verb) a \(column) that is no \(new)"
        case .exclusion(let name):
            return "\(these) of \(table) violate \(name)"
        }
    }

    /// What to do about it.
    var help: String? {
        switch demand.sort {
        case .newColumn(let column):
            "Give \(column) a default, or add it without NOT NULL and fill it first."
        default: nil
        }
    }
}
