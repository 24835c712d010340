import Assay

/// A row that a payload proposes: its values, and where each stands.
struct Draft: Sendable {
    /// Where in the payload the row stands, as `customers[3]`; empty for the payload as a whole.
    let path: String
    /// The values.
    var fields: Fields
    /// Where each value stands.
    private(set) var paths: [String: String]
    /// Values that cannot be taken, by column.
    private(set) var faults: [String: Reading]

    init(_ path: String, _ readings: [String: Reading]) {
        self.path = path
        fields = Fields(readings.mapValues(\.value))
        paths = readings.mapValues(\.path)
        faults = readings.filter { $0.value.fault != nil }
    }

    /// Where a column's value stands, or the row where it is not the payload's own.
    func place(of column: String) -> String {
        guard let place = paths[column], !place.isEmpty else { return path }
        return place
    }

    /// The row as it was sent, with what cannot be taken.
    func whole(_ columns: [String]) -> JSONValue {
        .object(
            columns.map { column in
                .init(column, fields[column] ?? faults[column]?.refused ?? .null)
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
