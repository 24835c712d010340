import Assay

extension Destination {
    /// The rows of `$1`, a list of objects, as a table called `incoming` with their places in `n`.
    var incoming: SQL {
        PolicyStatement(table: table, columns: columns, policy: policy).incoming
    }
}

/// The SQL by which a table takes rows in.
struct PolicyStatement {
    let table: TableName
    let columns: [Destination.Column]
    let policy: Policy

    /// The rows of `$1`, a list of objects, as a table called `incoming` with their places in `n`.
    var incoming: SQL {
        let typed = columns.map { "\(identifier: $0.name) \(unchecked: $0.type)" as SQL }
        let names = columns.map { SQL.identifier($0.name) } + ["n"]
        return """
            ROWS FROM (jsonb_to_recordset($1::jsonb) AS (\(typed.joined(separator: ", ")))) \
            WITH ORDINALITY AS incoming (\(names.joined(separator: ", ")))
            """
    }

    /// Stores rows, and returns how many were inserted and how many were changed.
    var storing: SQL {
        """
        WITH taken AS (
            \(insertion)
            RETURNING (stored.xmax = 0) AS is_new
        )
        SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new),
            $2::boolean FROM taken
        """
    }

    /// Stores rows, and returns of each that was inserted or changed whether it is new, its id and its key.
    var storingIdentified: SQL {
        let key = policy.key.map { "stored.\(identifier: $0)" as SQL }.joined(separator: ", ")
        return """
            WITH taken AS (
                \(insertion)
                RETURNING (stored.xmax = 0) AS is_new, stored.id, \(key)
            )
            SELECT *, $2::boolean FROM taken
            """
    }

    private var insertion: SQL {
        let names = columns.map { SQL.identifier($0.name) }.joined(separator: ", ")
        // In an order that all transactions keep, so that none waits for one that waits for it.
        let order = policy.key.map { name -> SQL in
            let isText = columns.contains { $0.name == name && $0.type == "text" }
            return "incoming.\(identifier: name)\(unchecked: isText ? " COLLATE \"C\"" : "")"
        }
        return """
            INSERT INTO \(table) AS stored (\(names))
                SELECT \(names) FROM \(incoming)
                ORDER BY \(order.joined(separator: ", "))
                ON CONFLICT \(resolution)
            """
    }

    /// Finds the ids of rows by their keys: `$1` is the rows; each comes back by its place.
    ///
    /// Each is looked up by itself: of a join, the server would think that the list has a hundred rows, and read
    /// a table whole that it has no statistics of.
    var identification: SQL {
        let same = policy.key.map {
            "stored.\(identifier: $0) = incoming.\(identifier: $0)" as SQL
        }
        return """
            SELECT incoming.n, (SELECT stored.id FROM \(table) AS stored
                WHERE \(same.joined(separator: " AND "))) AS id
            FROM \(incoming) ORDER BY incoming.n
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
