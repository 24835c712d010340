import Assay
import Postgres

extension PostgresError {
    /// What refused a row, as the subject of a sentence; `nil` where it is no answer about the row.
    var refuser: String? {
        let name = constraint.map { " \($0)" } ?? ""
        switch sqlState {
        case .notNullViolation?: return "NOT NULL on \(column ?? "a column")"
        case .checkViolation?:
            return constraint == nil
                ? "the partitioning of \(table ?? "the table")"
                : "the check constraint\(name)"
        case .uniqueViolation?: return "the unique key\(name)"
        case .foreignKeyViolation?: return "the foreign key\(name)"
        case "23P01"?: return "the exclusion constraint\(name)"
        default: break
        }
        guard let state = sqlState?.rawValue else { return nil }
        if state.hasPrefix("22") { return "the column's type (\(messageWithoutValues))" }
        return state.hasPrefix("P0") ? "code in the database (a trigger, SQLSTATE \(state))" : nil
    }

    /// Whether it is about a row of another table than this one.
    func isAbroad(from own: TableName) -> Bool {
        guard let table else { return false }
        return table != own.name || schema.map { $0 != own.schema } == true
    }
}
