import Assay
import Postgres
import Streams

/// A check that asks for aggregates, and where their answers come from.
struct StreamAggregate: Sendable {
    enum Answer: Sendable {
        /// How many rows are in the scope of the program's row check of this number.
        case count(Int)
        /// What the expression gives of the rows with the largest values, by the number in the program.
        case largest(Int, SQL)
    }

    let check: Int
    let answers: [Answer]
}

/// A column whose largest values are known.
struct StreamLargest: Sendable, Hashable {
    let column: String
    /// Which rows are looked at; `nil` for all.
    let filter: SQL?
    let test: RowTest?

    /// The statement that finds the rows with the largest values.
    func statement(of table: TableName, most: Int) -> SQL {
        let conditions: [SQL] =
            ["\(identifier: column) IS NOT NULL"] + (filter.map { ["(\($0))"] } ?? [])
        return """
            SELECT ctid, \(identifier: column) FROM \(table) \
            WHERE \(conditions.joined(separator: " AND ")) \
            ORDER BY \(identifier: column) DESC LIMIT \(unchecked: String(most))
            """
    }

    /// The statement that reads the values of some rows.
    func statement(of table: TableName, at places: [RowPlace]) -> SQL {
        """
        SELECT ctid, \(identifier: column) FROM \(table) \
        WHERE \(Stream.condition(at: places)) ORDER BY ctid
        """
    }
}

extension StreamAggregate {
    /// The checks whose aggregates follow from the rows.
    ///
    /// - Parameters:
    ///   - checks: The checks of a table.
    ///   - items: The plan's items.
    ///   - table: The table.
    ///   - slots: What is read of each row; grows.
    ///   - counts: The row checks of the program; grow.
    ///   - largest: The columns whose largest values are known; grow.
    /// - Returns: The checks, with where their answers come from.
    static func all(
        of checks: [Int], items: [Plan.Item], table: Plan.AuditedTable,
        slots: inout StreamSlots, counts: inout [StreamProgram.RowCheck],
        largest: inout [StreamLargest]
    ) -> [StreamAggregate] {
        checks.compactMap { check in
            guard case .aggregates(let question) = items[check].question,
                let tests = known(question, table)
            else { return nil }
            let answers = zip(tests, question.expressions).map { test, expression -> Answer in
                switch test {
                case .count(let scope):
                    counts.append(.init(scope: slots.scope(scope), parts: []))
                    return .count(counts.count - 1)
                case .largest(let column, let scope, let filter):
                    let one = StreamLargest(column: column, filter: filter, test: scope)
                    let number = largest.firstIndex(of: one) ?? largest.count
                    if number == largest.count {
                        _ = slots.value(column)
                        largest.append(one)
                    }
                    return .largest(number, expression)
                }
            }
            return StreamAggregate(check: check, answers: answers)
        }
    }

    /// Makes slots of the columns whose largest values are looked for.
    static func takeValues(
        of question: AggregateQuestion, _ table: Plan.AuditedTable, slots: inout StreamSlots
    ) {
        for case .largest(let column, _, _) in known(question, table) ?? [] {
            _ = slots.value(column)
        }
    }

    /// How the rows answer a question; `nil` where they cannot.
    private static func known(
        _ question: AggregateQuestion, _ table: Plan.AuditedTable
    ) -> [AggregateTest]? {
        guard let tests = question.tests, tests.count == question.expressions.count else {
            return nil
        }
        let isKnown = tests.allSatisfy { test in
            guard case .largest(let name, _, _) = test else { return true }
            // On another server the row may be gone when its value is asked for.
            guard !table.isDistributed, let column = table.relation.column(name) else {
                return false
            }
            return column.category == .date || column.category == .timestamp
        }
        return isKnown ? tests : nil
    }
}
