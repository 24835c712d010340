/// Rows of text in columns that are as wide as they have to be.
struct TextTable {
    private var rows: [[String]]
    /// The columns that end at one line rather than begin there.
    var isNumber: Set<Int> = []

    /// Begins a table with the names of its columns.
    init(_ names: [String]) {
        rows = [names]
    }

    /// Adds a row.
    mutating func add(_ row: [String]) {
        rows.append(row)
    }

    /// The table.
    var text: String {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let pad = String(repeating: " ", count: widths[column] - cell.count)
                line +=
                    (column == 0 ? "" : "  ")
                    + (isNumber.contains(column) ? pad + cell : cell + pad)
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }
        .joined()
    }
}
