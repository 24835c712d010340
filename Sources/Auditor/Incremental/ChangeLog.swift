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

    /// How many entries there are, or one more than the most.
    func count(most: Int) -> SQL {
        """
        SELECT count(*) FROM (SELECT FROM \(log) WHERE \(isNew) \
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
    ///   - pieces: How many parts there are.
    /// - Returns: The statement.
    func rows(_ columns: [SQL], of table: TableName, piece: Int, of pieces: Int) -> SQL {
        let all = ["ctid"] + columns
        let values = all.indices.map { SQL(unchecked: "\(prefix)value_\($0)") }
        let named = zip(all, values).map { "\($0) AS \($1)" as SQL }
        let names = key.indices.map { SQL(unchecked: "\(prefix)key_\($0)") }
        let keys = zip(keys, names).map { "\($0) AS \($1)" as SQL }
        let matches = zip(key, names).map { "\(identifier: $0.column) = \($1)" as SQL }
        let change = SQL(unchecked: "\(prefix)change")
        let count = SQL(unchecked: String(pieces))
        let part: SQL =
            pieces == 1
            ? ""
            : """
             AND mod(coalesce(pg_catalog.hash_array(key), 0)::bigint + 2147483648, \(count)) \
            = \(unchecked: String(piece))
            """
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
