import Assay
import Postgres

/// The aggregates of one statement, each expression asked once.
struct AggregateList {
    private(set) var expressions: [SQL] = []
    private var places: [SQL: Int] = [:]

    /// The column in which an expression is answered.
    mutating func place(of expression: SQL) -> Int {
        if let place = places[expression] { return place }
        places[expression] = expressions.count
        expressions.append(expression)
        return expressions.count - 1
    }

    /// The column that counts the rows of a scope.
    mutating func place(ofCount scope: SQL?) -> Int {
        place(of: scope.map { "count(*) FILTER (WHERE \($0))" } ?? "count(*)")
    }
}

/// One pass over a table for many checks.
struct ScanStatement {
    /// Where the answers of one check stand.
    private enum Places {
        case rows(scope: Int, parts: [(label: String, place: Int)])
        case aggregates([Int])
        case scope(Int)
    }

    private var list = AggregateList()
    private var places: [(check: Int, places: Places)] = []
    private let table: TableName

    /// Composes the pass.
    init(table: TableName, checks: [Int], items: [Plan.Item]) {
        self.table = table
        _ = list.place(ofCount: nil)
        for check in checks {
            switch items[check].question {
            case .rows(let rows):
                let parts = rows.parts.map { part in
                    let violated: SQL =
                        rows.scope.map { "(\($0)) AND (\(part.violated))" } ?? part.violated
                    return (part.label, list.place(ofCount: violated))
                }
                places.append((check, .rows(scope: list.place(ofCount: rows.scope), parts: parts)))
            case .aggregates(let question):
                places.append(
                    (check, .aggregates(question.expressions.map { list.place(of: $0) })))
            case .groups(let groups):
                places.append((check, .scope(list.place(ofCount: groups.scope))))
            case .violators:
                places.append((check, .scope(0)))
            case .orphans, .proven, .statement:
                break
            }
        }
    }

    /// The statement.
    var sql: SQL {
        "SELECT \(list.expressions.joined(separator: ", ")) FROM \(table)"
    }

    /// What the answers say.
    ///
    /// - Parameters:
    ///   - answer: The one row, by column.
    ///   - items: The plan's items.
    ///   - now: The time of the snapshot.
    /// - Returns: The table's rows, the measures of checks, and the scopes of others.
    func read(
        _ answer: (Int) -> String?, items: [Plan.Item], now: Double
    ) -> (rows: Int, measures: [(Int, Measure)], scopes: [(Int, Int)]) {
        func count(_ place: Int) -> Int { answer(place).flatMap { Int($0) } ?? 0 }
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
                let answers = AggregateAnswers(values: columns.map(answer), now: now)
                measures.append((check, items[check].check.check.measure(answers)))
            case .scope(let column):
                scopes.append((check, count(column)))
            }
        }
        return (count(0), measures, scopes)
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
        var prefix = "assay_"
        while table.relation.columns.contains(where: { $0.name.hasPrefix(prefix) }) {
            prefix += "_"
        }
        self.prefix = prefix
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

/// The groups of a table that should not be, counted, and the largest of them.
struct GroupStatement {
    let table: Plan.AuditedTable
    let question: GroupQuestion
    let limit: Int

    /// One row for each of the largest groups: how many groups there are in all, their rows, the rows
    /// of this group, its first and its last row, and what it was grouped by.
    ///
    /// Groups with a null key are left out at the end rather than before grouping: the planner would
    /// move the condition down and compute each key twice.
    var sql: SQL {
        let keys = question.keys.enumerated().map { "\($1) AS \(unchecked: "k\($0)")" as SQL }
        let names = question.keys.indices.map { SQL(unchecked: "k\($0)") }
        let list = names.joined(separator: ", ")
        let filter: SQL = question.scope.map { " WHERE \($0)" } ?? ""
        let present = names.map { "\($0) IS NOT NULL" as SQL }.joined(separator: " AND ")
        return """
            WITH groups AS MATERIALIZED (\(groups(keys: keys, list: list, filter: filter))), \
            found AS MATERIALIZED (SELECT * FROM groups WHERE \(present)) \
            SELECT (SELECT count(*) FROM found), (SELECT sum(n) FROM found), n, first, last, \
            \(names.map { "left(\($0)::text, 200)" as SQL }.joined(separator: ", ")) \
            FROM found ORDER BY n DESC, \(list) LIMIT \(unchecked: String(max(limit, 1)))
            """
    }

    private func groups(keys: [SQL], list: SQL, filter: SQL) -> SQL {
        let columns = keys.joined(separator: ", ")
        let numbers = keys.indices.map { SQL(unchecked: "\($0 + 1)") }.joined(separator: ", ")
        guard let distinct = question.distinct else {
            return """
                SELECT \(columns), count(*) AS n, min(\(place)) AS first, max(\(place)) AS last \
                FROM \(table.table.name)\(filter) GROUP BY \(numbers) \
                HAVING count(*) > \(unchecked: String(question.limit))
                """
        }
        return """
            SELECT \(list), sum(n) AS n, min(first) AS first, max(last) AS last FROM (\
            SELECT \(columns), \(distinct) AS d, count(*) AS n, min(\(place)) AS first, \
            max(\(place)) AS last FROM \(table.table.name)\(filter) \
            GROUP BY \(numbers), \(unchecked: String(keys.count + 1))) AS pairs \
            GROUP BY \(numbers) HAVING count(d) > \(unchecked: String(question.limit))
            """
    }

    /// What stands for a row within a group: its place, or its key as text.
    private var place: SQL {
        if table.hasPlaces { return "ctid" }
        let keys = table.key.map { "left(\($0.sql)::text, 200)" as SQL }
        return keys.count == 1 ? keys[0] : "concat_ws(', ', \(keys.joined(separator: ", ")))"
    }
}
