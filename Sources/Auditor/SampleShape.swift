import Assay
import Postgres

/// Which columns show a violating row: its key, and its values where a person asked for them.
struct SampleShape {
    struct Column: Sendable, Hashable {
        let name: String
        let sql: SQL
        let display: Display

        /// The value as it is shown.
        var text: SQL { display.text(sql) }
    }

    let keys: [Column]
    let values: [Column]

    init(_ table: Plan.AuditedTable, check: any Check, options: AuditOptions) {
        keys = table.key.map { Column(name: $0.name, sql: $0.sql, display: $0.display) }
        let columns = options.showsValues ? check.columns.unique : []
        values = columns.map {
            Column(name: $0, sql: .identifier($0), display: table.display(ofValue: $0))
        }
    }

    /// The columns under names of their own, so that a table's own names do not collide.
    var inner: SQL {
        (keys + values).enumerated().map { index, column in
            "\(column.sql) AS \(unchecked: "c\(index)")" as SQL
        }
        .joined(separator: ", ")
    }

    /// The columns as they are shown.
    var outer: SQL {
        (keys + values).enumerated().map { $1.display.text(SQL(unchecked: "c\($0)")) }
            .joined(separator: ", ")
    }

    /// The key's columns.
    var order: SQL {
        keys.indices.map { SQL(unchecked: "c\($0)") }.joined(separator: ", ")
    }

    /// The sample in a row of ``outer``.
    func sample(_ rows: Rows, _ row: Int) -> Sample {
        sample(in: keys + values) { rows[row, $0] }
    }

    /// The sample in a row that holds these columns.
    func sample(in columns: [Column], _ value: (Int) -> String?) -> Sample {
        func field(_ column: Column) -> Field? {
            columns.firstIndex(of: column).map { Field(column.name, value($0)) }
        }
        return Sample(keys: [keys.compactMap(field)], values: values.compactMap(field))
    }

    /// The columns that any of some shapes shows, each once.
    static func union(_ shapes: [SampleShape]) -> [Column] {
        shapes.flatMap { $0.keys + $0.values }.unique
    }
}
