import Assay

/// A row that a payload proposes: its values, and where each stands.
struct Draft: Sendable {
    /// Where in the payload the row stands, as `customers[3]`; empty for the payload as a whole.
    let path: String
    /// The values.
    var fields: Fields
    /// What was read of each column, and where.
    private let readings: Columns<Reading>

    init(_ path: String, _ readings: Columns<Reading>) {
        self.path = path
        self.readings = readings
        fields = Fields(readings)
    }

    /// Why values cannot be taken, by column.
    var faults: [String: String] {
        var faults: [String: String] = [:]
        for (column, reading) in readings {
            if let fault = reading.fault { faults[column] = fault.sentence }
        }
        return faults
    }

    /// Where a column's value stands, or the row where it is not the payload's own.
    func place(of column: String) -> String {
        guard let place = readings[column]?.path, !place.isEmpty else { return path }
        return place
    }

    /// Where a row stands that is refused for a column's value: the row, where it shares the value with others.
    func ownPlace(of column: String) -> String {
        let place = place(of: column)
        let isOwn = ["\(path).", "\(path)["].contains { place.hasPrefix($0) }
        return path.isEmpty || isOwn ? place : path
    }

    /// The row as it was sent, with what cannot be taken.
    func whole(_ columns: [String]) -> JSONValue {
        .object(
            columns.map { column in
                .init(column, fields[column] ?? readings[column]?.refused ?? .null)
            })
    }
}

/// A row or a value that is not taken in, and why.
struct Remark: Sendable, Hashable {
    let path: String
    let table: TableName
    /// The column whose value was left out; `nil` where the whole row was.
    let column: String?
    /// Why, as the end of a sentence that begins with the place; it names no value.
    let reason: String
    /// The row.
    let row: JSONValue
    /// The copy of the payload that the row came from, where it is not the one at hand.
    var rawID: String?

    /// The remark as a row of the quarantine.
    var json: JSONValue {
        .object([
            .init("path", .string(path)), .init("table_name", .string("\(table)")),
            .init("column_name", column.map(JSONValue.string) ?? .null),
            .init("reason", .string(reason)), .init("row", row),
            .init("raw_id", rawID.map(JSONValue.string) ?? .null),
        ])
    }
}
