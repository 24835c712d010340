import Assay
import Streams

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

    private static func named(_ log: String) -> SQL { "assay.\(identifier: log)" }

    /// What is committed now, and was not seen by a snapshot; it is asked only where its bounds do not say it.
    private static func isNew(since snapshot: String) -> SQL {
        let then = "\(snapshot)::pg_catalog.pg_snapshot" as SQL
        return """
            transaction >= pg_catalog.pg_snapshot_xmin(\(then)) AND (transaction >= \
            pg_catalog.pg_snapshot_xmax(\(then)) OR NOT \
            pg_catalog.pg_visible_in_snapshot(transaction, \(then)))
            """
    }

    /// How many entries a log has, or one more than the most.
    ///
    /// - Parameters:
    ///   - log: The log's name.
    ///   - snapshot: What the last run saw.
    ///   - most: More than so many are not counted.
    /// - Returns: A statement with one number.
    static func size(of log: String, since snapshot: String, most: Int) -> SQL {
        """
        SELECT count(*) FROM (SELECT FROM \(named(log)) WHERE \(isNew(since: snapshot)) \
        LIMIT \(unchecked: String(most + 1))) AS entries
        """
    }

    /// The keys that changed, as ``ChangedKeys`` takes them, and what happened to each, as often as something did.
    var entries: SQL { Self.entries(of: name, key: key.map(\.type), since: snapshot) }

    /// The keys that changed, as ``entries`` has them.
    ///
    /// - Parameters:
    ///   - log: The log's name.
    ///   - key: The types of the key's columns.
    ///   - snapshot: What the last run saw.
    ///   - most: More than so many are not read.
    /// - Returns: The statement.
    static func entries(
        of log: String, key: [String], since snapshot: String, most: Int? = nil
    ) -> SQL {
        let texts = key.indices.map { SQL(unchecked: "key[\($0 + 1)]") }
        let values = zip(texts, key).filter { ChangedKeys.Form($1).isAskedFor }
            .map { "(\($0))::\(unchecked: $1)" as SQL }
        return """
            SELECT \((values + texts).joined(separator: ", ")), change FROM \(named(log)) \
            WHERE \(isNew(since: snapshot))\(unchecked: most.map { " LIMIT \($0 + 1)" } ?? "")
            """
    }

    /// The rows with some keys, as far as they are there.
    ///
    /// They stand in a subquery, in which names mean what they mean wherever the checks are evaluated.
    ///
    /// - Parameters:
    ///   - columns: What is read of each row.
    ///   - table: The table.
    ///   - keys: By column of the key, the values as an array.
    ///   - withPlaces: Whether the place of each row comes before its columns.
    /// - Returns: The statement.
    func rows(
        _ columns: [SQL], of table: TableName, keys: [String], withPlaces: Bool = true
    ) -> SQL {
        let columns = (withPlaces ? ["ctid"] : []) + columns
        let names = key.indices.map { SQL(unchecked: "\(prefix)key_\($0)") }
        let arrays = zip(keys, key).map { "\($0)::\(unchecked: $1.type)[]" as SQL }
        let values = columns.indices.map { SQL(unchecked: "\(prefix)value_\($0)") }
        let read = zip(columns, values).map { "\($0) AS \($1)" as SQL }
        let matches = zip(key, names).map { "\(identifier: $0.column) = \($1)" as SQL }
        // Set apart, the rows cannot be joined by reading the table whole, and are not looked for in vain.
        return """
            SELECT \(unchecked: prefix)present.* FROM unnest(\(arrays.joined(separator: ", "))) \
            AS \(unchecked: prefix)changed (\(names.joined(separator: ", "))), LATERAL \
            (SELECT \(read.joined(separator: ", ")) FROM \(table) \
            WHERE \(matches.joined(separator: " AND ")) OFFSET 0) AS \(unchecked: prefix)present
            """
    }
}
