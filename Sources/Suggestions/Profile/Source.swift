import Assay
import Postgres

/// Which rows of a table are read.
struct Source {
    private let table: TableName
    private let share: Double?
    private let limit: Int?

    /// All rows of a table, or about so many.
    init(_ relation: Relation, expecting rows: Int, atMost most: Int) {
        table = TableName(schema: relation.schema, name: relation.name)
        let isBounded = rows > most
        let isSampled = isBounded && relation.kind != .foreignTable
        share = isSampled ? max(0.0001, Double(most) * 100 / Double(rows)) : nil
        limit = isBounded && !isSampled ? most : nil
    }

    /// Whether rows are left out.
    var isPart: Bool { share != nil || limit != nil }

    /// What stands behind `FROM`, under a name of its own.
    ///
    /// The same pages are read each time, so that two passes see the same rows.
    var sql: SQL {
        if let share {
            let percent = share.fixed(4)
            return "\(table) AS profiled TABLESAMPLE SYSTEM (\(unchecked: percent)) REPEATABLE (1)"
        }
        if let limit {
            return "(SELECT * FROM \(table) LIMIT \(unchecked: String(limit))) AS profiled"
        }
        return "\(table) AS profiled"
    }
}
