public import Assay
import Postgres

/// The aggregates of one statement, each expression asked once.
public struct AggregateList: Sendable {
    /// The expressions, in the order of their places.
    public private(set) var expressions: [SQL] = []
    private var places: [SQL: Int] = [:]

    /// Creates a list of nothing.
    public init() {}

    /// The column in which an expression is answered.
    public mutating func place(of expression: SQL) -> Int {
        if let place = places[expression] { return place }
        places[expression] = expressions.count
        expressions.append(expression)
        return expressions.count - 1
    }

    /// The column that counts the rows of a scope.
    public mutating func place(ofCount scope: SQL?) -> Int {
        place(of: scope.map { "count(*) FILTER (WHERE \($0))" } ?? "count(*)")
    }
}

/// One pass over a table for many checks.
struct ScanStatement {
    /// How the rows of a scope are counted.
    private enum Scope {
        /// In a column.
        case counted(Int)
        /// As all rows but those that a column counts.
        case others(Int)
    }

    /// Where the answers of one check stand.
    private enum Places {
        case rows(scope: Scope, parts: [(label: String, place: Int)])
        case aggregates([Int])
        case scope(Scope)
    }

    private var list = AggregateList()
    private var places: [(check: Int, places: Places)] = []
    /// The columns of which the greatest counts, where parts of a table are asked.
    private var greatest: Set<Int> = []

    /// Composes the pass.
    init(checks: [Int], scopesOnly: Set<Int> = [], items: [Plan.Item]) {
        _ = list.place(ofCount: nil)
        for check in checks {
            switch items[check].question {
            case .rows(let rows) where scopesOnly.contains(check):
                places.append((check, .scope(place(of: rows.scope, rows.scopeTest))))
            case .rows(let rows):
                let parts = rows.parts.map { part in
                    let violated: SQL =
                        rows.scope.map { "(\($0)) AND (\(part.violated))" } ?? part.violated
                    return (part.label, list.place(ofCount: violated))
                }
                let scope = place(of: rows.scope, rows.scopeTest)
                places.append((check, .rows(scope: scope, parts: parts)))
            case .aggregates(let question):
                let columns = question.expressions.map { list.place(of: $0) }
                if question.combination == .greatest { greatest.formUnion(columns) }
                places.append((check, .aggregates(columns)))
            case .groups(let groups):
                places.append((check, .scope(place(of: groups.scope, groups.rowsInScope))))
            case .violators:
                places.append((check, .scope(.counted(0))))
            case .orphans, .proven, .facts, .distant, .statement:
                break
            }
        }
    }

    /// Where the count of a scope's rows stands.
    ///
    /// Most rows hold a value, and a row that is not counted costs less than one that is. That a column is null is
    /// often counted anyway.
    private mutating func place(of scope: SQL?, _ test: RowTest?) -> Scope {
        guard let columns = test?.columnsNotNull else {
            return .counted(list.place(ofCount: scope))
        }
        let isNull = columns.map { "\(identifier: $0) IS NULL" as SQL }
        return .others(list.place(ofCount: isNull.joined(separator: " OR ")))
    }

    /// The aggregates, by column.
    var expressions: [SQL] { list.expressions }

    /// The statement over a table or a part of one.
    func sql(from source: SQL) -> SQL {
        "SELECT \(list.expressions.joined(separator: ", ")) FROM \(source)"
    }

    /// The answer of a table from those of its parts.
    func combined(_ answers: [[String?]]) -> [String?] {
        list.expressions.indices.map { column in
            let values = answers.compactMap { $0[column] }
            guard greatest.contains(column) else {
                return String(values.reduce(0) { $0 + (Int($1) ?? 0) })
            }
            return values.max { (Double($0) ?? 0) < (Double($1) ?? 0) }
        }
    }

    /// What the answers say.
    ///
    /// - Parameters:
    ///   - answer: The one row, by column.
    ///   - items: The plan's items.
    ///   - now: The time of the snapshot.
    ///   - past: What recorded runs measured, by the check's identity.
    /// - Returns: The table's rows, the measures of checks, and the scopes of others.
    func read(
        _ answer: (Int) -> String?, items: [Plan.Item], now: Double, past: [String: Past]
    ) -> (rows: Int, measures: [(Int, Measure)], scopes: [(Int, Int)]) {
        func count(_ place: Int) -> Int { answer(place).flatMap { Int($0) } ?? 0 }
        func count(_ scope: Scope) -> Int {
            switch scope {
            case .counted(let place): count(place)
            case .others(let place): count(0) - count(place)
            }
        }
        var measures: [(Int, Measure)] = []
        var scopes: [(Int, Int)] = []
        for (check, place) in places {
            switch place {
            case .rows(let scope, let parts):
                let counted = parts.map { Measure.Part($0.label, count($0.place)) }
                let total = counted.reduce(0) { $0 + $1.count }
                measures.append(
                    (check, Measure(violations: total, scope: count(scope), parts: counted)))
            case .aggregates(let columns):
                let own = items[check].check
                let answers = AggregateAnswers(
                    values: columns.map(answer), now: now, past: past[own.id] ?? Past())
                measures.append((check, own.check.measure(answers)))
            case .scope(let column):
                scopes.append((check, count(column)))
            }
        }
        return (count(0), measures, scopes)
    }
}

extension RowTest {
    /// The columns, where it holds for the rows in which none of them is null.
    fileprivate var columnsNotNull: [String]? {
        switch self {
        case .not(.isNull(let column)): return [column]
        case .all(let tests):
            let columns = tests.compactMap(\.columnsNotNull)
            return columns.isEmpty || columns.count < tests.count ? nil : columns.flatMap(\.self)
        default: return nil
        }
    }
}

/// One pass over a table for its references.
struct OrphanStatement {
    private let table: TableName
    private let questions: [OrphanQuestion]
    /// How the parents' columns are called: as no column of the table is.
    private let prefix: String

    init(table: Plan.AuditedTable, questions: [OrphanQuestion]) {
        self.table = table.table.name
        self.questions = questions
        prefix = table.prefix
    }

    /// Two columns a reference: rows in scope, and rows whose reference leads nowhere.
    var counts: SQL {
        let columns = questions.indices.map { index -> SQL in
            let scope = scope(index)
            return "count(*) FILTER (WHERE \(scope)), "
                + "count(*) FILTER (WHERE \(scope) AND \(missing(index)))"
        }
        return "SELECT \(columns.joined(separator: ", ")) \(source)"
    }

    /// The table joined to what it refers to.
    var source: SQL {
        let joins = questions.indices.map(join).joined(separator: " ")
        return "FROM \(table) \(joins)"
    }

    /// True for a row whose reference leads nowhere.
    func violated(_ index: Int) -> SQL {
        "\(scope(index)) AND \(missing(index))"
    }

    private func scope(_ index: Int) -> SQL {
        let question = questions[index]
        var conditions = question.columns.map { "\(identifier: $0) IS NOT NULL" as SQL }
        if let scope = question.scope { conditions.append("(\(scope))") }
        return conditions.joined(separator: " AND ")
    }

    private func missing(_ index: Int) -> SQL {
        "\(unchecked: "\(prefix)parent_\(index).\(prefix)\(index)_0") IS NULL"
    }

    /// The parent's columns under names of their own, so that the table's names stay unambiguous.
    private func join(_ index: Int) -> SQL {
        let question = questions[index]
        let columns = question.parentColumns.enumerated().map { place, column in
            "\(identifier: column) AS \(unchecked: "\(prefix)\(index)_\(place)")" as SQL
        }
        let present = question.parentColumns.map { "\(identifier: $0) IS NOT NULL" as SQL }
        let distinct: SQL = question.parentIsUnique ? "" : "DISTINCT "
        let matches = question.columns.enumerated().map { place, column in
            "\(unchecked: "\(prefix)parent_\(index).\(prefix)\(index)_\(place)") = \(identifier: column)"
                as SQL
        }
        return """
            LEFT JOIN (SELECT \(distinct)\(columns.joined(separator: ", ")) \
            FROM \(question.parent) WHERE \(present.joined(separator: " AND "))) \
            AS \(unchecked: "\(prefix)parent_\(index)") ON \(matches.joined(separator: " AND "))
            """
    }
}
