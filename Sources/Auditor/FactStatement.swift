import Assay
import Postgres

/// One statement for the facts of the catalog that many checks ask for.
struct FactStatement {
    private let questions: [(check: Int, query: SQL)]

    /// Composes the statement.
    init(checks: [Int], items: [Plan.Item]) {
        questions = checks.compactMap { check in
            guard case .facts(let query) = items[check].question else { return nil }
            return (check, query)
        }
    }

    /// The statement: a row a fact, with the place of its check.
    var sql: SQL {
        let branches = questions.indices.map { place -> SQL in
            """
            SELECT \(unchecked: String(place)), f.place::bigint, f.trouble::text COLLATE "C" \
            FROM (\(questions[place].query)) AS f (place, trouble)
            """
        }
        return branches.joined(separator: " UNION ALL ") + " ORDER BY 1, 2, 3"
    }

    /// What the facts amount to, check by check.
    func measures(_ rows: Rows) -> [(check: Int, measure: Measure)] {
        questions.indices.map { place in
            let own = (0..<rows.count).filter { rows[$0, 0] == String(place) }
            let troubles = own.compactMap { rows[$0, 2] }
            let observed =
                troubles.isEmpty
                ? "all of it is so" : troubles.unique.joined(separator: "; ")
            return (
                questions[place].check,
                Measure(violations: troubles.count, scope: own.count, observed: observed)
            )
        }
    }
}
