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

    /// How many entries there are, or one more than the most, and the keys where parts of the log begin that
    /// have about as many entries each, from a sample.
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
    ///   - piece: Which keys.
    ///   - newPage: The page from which on every row is one that came or changed: those are not read, and
    ///     nothing happened to their keys but what the log says.
    /// - Returns: The statement.
    func rows(
        _ columns: [SQL], of table: TableName, _ piece: Increment.Piece, newPage: Int?
    ) -> SQL {
        let names = key.indices.map { SQL(unchecked: "\(prefix)key_\($0)") }
        let change = SQL(unchecked: "\(prefix)change")
        let isNewRow = SQL(unchecked: "\(prefix)is_new")
        let logged = zip(keys, names).map { "\($0) AS \($1)" as SQL }
        var entries: SQL = """
            SELECT \(logged.joined(separator: ", ")), change AS \(change), false AS \(isNewRow) \
            FROM \(log) WHERE \(isNew)
            """
        if let newPage {
            let own = key.map { "\(identifier: $0.column)::\(unchecked: $0.type)" as SQL }
            entries += """
                 UNION ALL SELECT \(own.joined(separator: ", ")), 0::smallint, true \
                FROM \(table) WHERE \(Stream.condition(from: newPage, to: nil))
                """
        }
        let texts = names.map { "\($0)::text" as SQL }
        let text: SQL = "ARRAY[\(texts.joined(separator: ", "))] COLLATE \"C\""
        let bounds = [
            piece.firstKey.map { "\(text) >= \($0)::text[]" as SQL },
            piece.endKey.map { "\(text) < \($0)::text[]" as SQL },
        ].compactMap(\.self)
        let part: SQL = bounds.isEmpty ? "" : " WHERE \(bounds.joined(separator: " AND "))"

        let values = (0...columns.count).map { SQL(unchecked: "\(prefix)value_\($0)") }
        let read = zip(["ctid"] + columns, values).map { "\($0) AS \($1)" as SQL }
        var matches = zip(key, names).map { "\(identifier: $0.column) = \($1)" as SQL }
        if newPage != nil { matches.insert("NOT \(isNewRow)", at: 0) }
        let by = names.joined(separator: ", ")
        // Set apart, the rows cannot be joined by reading the table whole, and are not looked for in vain.
        return """
            SELECT \((values + names + [change]).joined(separator: ", ")) \
            FROM (SELECT \(by), bit_or(\(change))::integer AS \(change), bool_or(\(isNewRow)) AS \(isNewRow) \
            FROM (\(entries)) AS \(unchecked: prefix)entries\(part) GROUP BY \(by) ORDER BY \(by)) \
            AS \(unchecked: prefix)changed LEFT JOIN LATERAL \
            (SELECT \(read.joined(separator: ", ")) FROM \(table) \
            WHERE \(matches.joined(separator: " AND ")) OFFSET 0) AS \(unchecked: prefix)present ON true
            """
    }

    /// The rows in new pages, as ``rows(_:of:_:newPage:)`` sends rows, but without what the log says.
    ///
    /// - Parameters:
    ///   - columns: What is read of each row.
    ///   - table: The table.
    ///   - pages: The first page, and the one that ends them, if any does.
    /// - Returns: The statement.
    func newRows(_ columns: [SQL], of table: TableName, in pages: (Int, Int?)) -> SQL {
        let unsaid = [SQL](repeating: "NULL::text", count: key.count + 1)
        return """
            SELECT \((["ctid"] + columns + unsaid).joined(separator: ", ")) FROM \(table) \
            WHERE \(Stream.condition(from: pages.0, to: pages.1))
            """
    }
}
