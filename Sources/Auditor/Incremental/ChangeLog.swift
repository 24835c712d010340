import Assay

/// The log of a tracked table's changes, from the last run's snapshot on.
struct ChangeLog: Sendable {
    /// The log's name, in the schema `assay`.
    let name: String
    /// The columns of the table's key, and their types.
    let key: [(column: String, type: String)]
    /// How the statement calls what it adds to the table's columns.
    let prefix: String
    /// What the last run saw.
    let snapshot: String

    private var log: SQL { "assay.\(identifier: name)" }

    /// What is committed now, and was not then.
    private var isNew: SQL {
        """
        transaction >= pg_catalog.pg_snapshot_xmin(\(snapshot)::pg_catalog.pg_snapshot) \
        AND NOT pg_catalog.pg_visible_in_snapshot(transaction, \(snapshot)::pg_catalog.pg_snapshot)
        """
    }

    private var keys: [SQL] {
        key.enumerated().map { number, part in
            "(key[\(unchecked: String(number + 1))])::\(unchecked: part.type)"
        }
    }

    private var numbers: SQL {
        key.indices.map { SQL(unchecked: String($0 + 1)) }.joined(separator: ", ")
    }

    /// How many entries there are, or one more than the most, and the keys where parts of the log begin that
    /// have about as many each, from a sample.
    ///
    /// Keys are compared as text, which every key has: who reads a part of the numbers or dates in that order
    /// reads a few runs of them, and not here one and there one.
    ///
    /// - Parameters:
    ///   - most: More than so many are not counted.
    ///   - parts: How many parts there are.
    /// - Returns: A statement with one row: the number, and for each part but the first a key.
    func size(most: Int, parts: Int) -> SQL {
        let bounds = (1..<max(1, parts)).map { part in
            """
            , (percentile_disc(\(unchecked: String(part))::float8 / \(unchecked: String(parts))) \
            WITHIN GROUP (ORDER BY key COLLATE "C") \
            FILTER (WHERE mod(pg_catalog.hash_array(key), 64) = 0))::text
            """ as SQL
        }
        return """
            SELECT count(*)\(bounds.joined(separator: "")) FROM (SELECT key FROM \(log) WHERE \(isNew) \
            LIMIT \(unchecked: String(most + 1))) AS entries
            """
    }

    /// The rows that changed, as far as they are there, then their keys and what happened to each.
    ///
    /// They come in the order of the key, so that a page of its index is looked at once. The rows stand in a
    /// subquery, in which names mean what they mean wherever the checks are evaluated.
    ///
    /// - Parameters:
    ///   - columns: What is read of each row.
    ///   - table: The table.
    ///   - piece: Which part of the keys.
    ///   - bounds: Where the parts but the first begin.
    /// - Returns: The statement.
    func rows(_ columns: [SQL], of table: TableName, piece: Int, bounds: [String]) -> SQL {
        let all = ["ctid"] + columns
        let values = all.indices.map { SQL(unchecked: "\(prefix)value_\($0)") }
        let named = zip(all, values).map { "\($0) AS \($1)" as SQL }
        let names = key.indices.map { SQL(unchecked: "\(prefix)key_\($0)") }
        let keys = zip(keys, names).map { "\($0) AS \($1)" as SQL }
        let matches = zip(key, names).map { "\(identifier: $0.column) = \($1)" as SQL }
        let change = SQL(unchecked: "\(prefix)change")
        var part: SQL = ""
        if piece > 0 {
            part += " AND key COLLATE \"C\" >= \(bounds[piece - 1])::text[]"
        }
        if piece < bounds.count {
            // An entry without a key belongs to the first part.
            let isBefore: SQL = "key COLLATE \"C\" < \(bounds[piece])::text[]"
            part += piece > 0 ? " AND \(isBefore)" : " AND (\(isBefore)) IS NOT FALSE"
        }
        return """
            SELECT \((values + names + [change]).joined(separator: ", ")) \
            FROM (SELECT \(keys.joined(separator: ", ")), bit_or(change)::integer AS \(change) \
            FROM \(log) WHERE \(isNew)\(part) GROUP BY \(numbers) ORDER BY \(numbers)) \
            AS \(unchecked: prefix)changed LEFT JOIN LATERAL \
            (SELECT \(named.joined(separator: ", ")) FROM \(table) \
            WHERE \(matches.joined(separator: " AND "))) AS \(unchecked: prefix)present ON true
            """
    }
}
