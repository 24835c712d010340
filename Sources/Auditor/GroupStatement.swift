import Assay

/// The groups of a table that should not be, counted, and the largest of them.
struct GroupStatement {
    let table: Plan.AuditedTable
    let question: GroupQuestion
    /// Forms of whose columns the values that do not stand in them are counted on the way.
    var counted: [ColumnForm] = []
    let limit: Int

    /// One row for each of the largest groups, or one without a group: how many groups there are in
    /// all, their rows, the values that stand not in each counted form, then the rows of this group,
    /// its first and its last row, and what it was grouped by.
    ///
    /// Groups with a null key are left out at the end rather than before grouping: the planner would
    /// move the condition down and compute each key twice.
    var sql: SQL {
        let names = question.keys.indices.map { SQL(unchecked: "k\($0)") }
        let list = names.joined(separator: ", ")
        var chosen = names.map { "\($0) IS NOT NULL" as SQL }
        if !counted.isEmpty { chosen.append("n > \(unchecked: String(question.limit))") }
        let shown = zip(names, question.columns).map { table.display(ofValue: $1).text($0) }
        let sums = counted.indices.map {
            ", (SELECT coalesce(sum(\(unchecked: "c\($0)")), 0) FROM groups)" as SQL
        }
        return """
            WITH groups AS MATERIALIZED (\(groups)), found AS MATERIALIZED (\
            SELECT * FROM groups WHERE \(chosen.joined(separator: " AND "))), \
            totals AS (SELECT count(*), coalesce(sum(n), 0)\(sums.joined(separator: "")) FROM found) \
            SELECT totals.*, n, first, last, \
            \(shown.joined(separator: ", ")) \
            FROM totals LEFT JOIN (SELECT * FROM found ORDER BY n DESC, \(list) \
            LIMIT \(unchecked: String(max(limit, 1)))) AS largest ON true ORDER BY n DESC, \(list)
            """
    }

    private var groups: SQL {
        let numbers = question.keys.indices.map { SQL(unchecked: "\($0 + 1)") }
            .joined(separator: ", ")
        let names = question.keys.indices.map { SQL(unchecked: "k\($0)") }
        let ends: SQL = "min(\(place)) AS first, max(\(place)) AS last"
        let limit = SQL(unchecked: String(question.limit))
        if let distinct = question.distinct?.value {
            return """
                SELECT \(names.joined(separator: ", ")), sum(n) AS n, min(first) AS first, \
                max(last) AS last FROM (SELECT \(keys), \(distinct) AS d, count(*) AS n, \(ends) \
                FROM \(table.table.name) WHERE \(question.scope) \
                GROUP BY \(numbers), \(unchecked: String(question.keys.count + 1))) AS pairs \
                GROUP BY \(numbers) HAVING count(d) > \(limit)
                """
        }
        guard !counted.isEmpty else {
            return """
                SELECT \(keys), count(*) AS n, \(ends) FROM \(table.table.name) \
                WHERE \(question.scope) GROUP BY \(numbers) HAVING count(*) > \(limit)
                """
        }
        let counts = counted.map { "count(*) FILTER (WHERE NOT \(test(of: $0)))" as SQL }
        let columns = counts.enumerated().map { "\($1) AS \(unchecked: "c\($0)")" as SQL }
        let kept = counts.map { "\($0) > 0" as SQL }
        return """
            SELECT \(keys), count(*) AS n, \(ends), \(columns.joined(separator: ", ")) \
            FROM (\(tested)) AS tested GROUP BY \(numbers) \
            HAVING count(*) > \(limit) OR \(kept.joined(separator: " OR "))
            """
    }

    /// The table's rows and, computed once for each, whether their values stand in the counted forms.
    private var tested: SQL {
        let columns = question.columns.map { SQL.identifier($0) }
        let tests = counted.map { "\($0.isNormal) AS \(test(of: $0))" as SQL }
        return """
            SELECT ctid, \((columns + tests).joined(separator: ", ")) \
            FROM \(table.table.name) OFFSET 0
            """
    }

    private var keys: SQL {
        question.keys.enumerated().map { index, key in
            let value =
                key.form.flatMap { form in
                    counted.contains(form) ? form.key(where: test(of: form)) : nil
                } ?? key.value
            return "\(value) AS \(unchecked: "k\(index)")" as SQL
        }
        .joined(separator: ", ")
    }

    /// What the answer is called, whether a column's value stands in a counted form.
    private func test(of form: ColumnForm) -> SQL {
        let number = counted.firstIndex(of: form) ?? counted.count
        return SQL(unchecked: "\(table.prefix)test_\(number)")
    }

    /// What stands for a row within a group: its place, or its key as text.
    private var place: SQL {
        if table.hasPlaces { return "ctid" }
        let keys = table.key.map { $0.display.text($0.sql) }
        return keys.count == 1 ? keys[0] : "concat_ws(', ', \(keys.joined(separator: ", ")))"
    }
}
