import Assay
import Postgres

/// Which columns show a violating row: its key, and its values where a person asked for them.
struct SampleShape {
    let keys: [(name: String, sql: SQL)]
    let values: [(name: String, sql: SQL)]

    init(_ table: Plan.AuditedTable, check: any Check, options: AuditOptions) {
        keys = table.key
        let columns = options.showsValues ? check.columns.unique : []
        values = columns.map { ($0, .identifier($0)) }
    }

    /// The columns under names of their own, so that a table's own names do not collide.
    var inner: SQL {
        (keys + values).enumerated().map { index, column in
            "\(column.sql) AS \(unchecked: "c\(index)")" as SQL
        }
        .joined(separator: ", ")
    }

    /// The columns as text, cut where they are long.
    var outer: SQL {
        (keys + values).indices.map { "left(\(unchecked: "c\($0)")::text, 200)" as SQL }
            .joined(separator: ", ")
    }

    /// The key's columns.
    var order: SQL {
        keys.indices.map { SQL(unchecked: "c\($0)") }.joined(separator: ", ")
    }

    /// The sample in a row of ``outer``.
    func sample(_ rows: Rows, _ row: Int) -> Sample {
        let names = (keys + values).map(\.name)
        return sample(named: names) { rows[row, $0] }
    }

    /// The sample in a row that holds these columns.
    func sample(named names: [String], _ value: (Int) -> String?) -> Sample {
        func field(_ column: (name: String, sql: SQL)) -> Field? {
            names.firstIndex(of: column.name).map { Field(column.name, value($0)) }
        }
        return Sample(keys: [keys.compactMap(field)], values: values.compactMap(field))
    }

    /// The columns that any of some shapes shows, each once.
    static func union(_ shapes: [SampleShape]) -> [(name: String, sql: SQL)] {
        var seen: Set<String> = []
        return shapes.flatMap { $0.keys + $0.values }.filter { seen.insert($0.name).inserted }
    }
}
