public import Assay

extension Destination {
    /// The rows of `$1`, a list of objects, as a table called `incoming` with their places in `n`.
    var incoming: SQL {
        let typed = columns.map { "\(identifier: $0.name) \(unchecked: $0.type)" as SQL }
        let names = columns.map { SQL.identifier($0.name) } + ["n"]
        return """
            ROWS FROM (jsonb_to_recordset($1::jsonb) AS (\(typed.joined(separator: ", ")))) \
            WITH ORDINALITY AS incoming (\(names.joined(separator: ", ")))
            """
    }

    /// The one statement that stores any number of rows of different keys by the policy.
    ///
    /// `$1` is the rows as a list of objects; `$2` whether they are newer than what is stored. It returns how
    /// many rows were inserted, and how many were changed.
    public var statement: SQL {
        let names = columns.map { SQL.identifier($0.name) }.joined(separator: ", ")
        let order = policy.key.map { "incoming.\(identifier: $0)" as SQL }.joined(separator: ", ")
        return """
            WITH taken AS (
                INSERT INTO \(table) AS stored (\(names))
                SELECT \(names) FROM \(incoming)
                ORDER BY \(order)
                ON CONFLICT \(resolution)
                RETURNING (stored.xmax = 0) AS is_new
            )
            SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new),
                $2::boolean FROM taken
            """
    }

    /// Finds the ids of rows by their keys: `$1` is the rows; each comes back by its place.
    public var identification: SQL {
        let same = policy.key.map {
            "stored.\(identifier: $0) = incoming.\(identifier: $0)" as SQL
        }
        return """
            SELECT incoming.n, stored.id FROM \(incoming)
            JOIN \(table) AS stored ON \(same.joined(separator: " AND "))
            ORDER BY incoming.n
            """
    }

    /// What becomes of a row whose key is stored.
    private var resolution: SQL {
        let changing = columns.map(\.name).filter { !policy.key.contains($0) }
        // Whichever key says that it is there: of a technology, also its name in another spelling.
        if policy.rule == .insertIfAbsent || changing.isEmpty { return "DO NOTHING" }
        let key = policy.key.map { SQL.identifier($0) }.joined(separator: ", ")
        let merged = changing.map { ($0, value(of: $0)) }
        let sets = merged.map { "\(identifier: $0) = \($1)" as SQL }.joined(
            separator: ",\n        ")
        let before = changing.map { "stored.\(identifier: $0)" as SQL }.joined(separator: ", ")
        let after = merged.map(\.1).joined(separator: ", ")
        var condition: SQL = "(\(before)) IS DISTINCT FROM (\(after))"
        if changing.count == 1 { condition = "\(before) IS DISTINCT FROM \(after)" }
        if case .ifMoreComplete(let columns) = policy.rule {
            let parts = columns.map {
                "(stored.\(identifier: $0) IS NULL OR excluded.\(identifier: $0) IS NOT NULL)"
                    as SQL
            }
            condition = "$2::boolean AND \(parts.joined(separator: " AND ")) AND \(condition)"
        }
        return "(\(key)) DO UPDATE SET\n        \(sets)\n    WHERE \(condition)"
    }

    /// Whether the columns that are one value together are taken from the row that arrives.
    private var takesJoint: SQL {
        func nulls(_ row: SQL) -> SQL {
            let columns = policy.joint.map { "\(row).\(identifier: $0)" as SQL }
            return "num_nulls(\(columns.joined(separator: ", ")))"
        }
        let all = SQL(unchecked: String(policy.joint.count))
        let isKept = policy.joint.contains { policy.kept.contains($0) }
        let replaces: SQL = isKept ? "false" : "$2::boolean"
        return """
            \(nulls("excluded")) = 0 AND (\(replaces) OR \(nulls("stored")) = \(all))
            """
    }

    /// What is stored of a column afterwards.
    private func value(of column: String) -> SQL {
        let (stored, new): (SQL, SQL) = (
            "stored.\(identifier: column)", "excluded.\(identifier: column)"
        )
        if let source = policy.computed[column] {
            let replaces: SQL = policy.kept.contains(source) ? "false" : "$2::boolean"
            return """
                CASE WHEN excluded.\(identifier: source) IS NOT NULL \
                AND (\(replaces) OR stored.\(identifier: source) IS NULL) THEN \(new) ELSE \(stored) END
                """
        }
        if policy.joint.contains(column) {
            return "CASE WHEN \(takesJoint) THEN \(new) ELSE \(stored) END"
        }
        if policy.lasting.contains(column) {
            return "CASE WHEN \(stored) OR \(new) THEN true ELSE coalesce(\(stored), \(new)) END"
        }
        if policy.kept.contains(column) { return "coalesce(\(stored), \(new))" }
        return """
            CASE WHEN $2::boolean THEN coalesce(\(new), \(stored)) \
            ELSE coalesce(\(stored), \(new)) END
            """
    }
}
