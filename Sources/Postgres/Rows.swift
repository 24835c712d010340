/// Rows that a statement returned, copied out of libpq's memory, as the text the server wrote.
public struct Rows: Sendable {
    /// The names of the columns, in order.
    ///
    /// Names may repeat.
    public internal(set) var columns: [String]
    /// How many rows there are.
    public private(set) var count = 0

    /// All cells one after the other.
    private var bytes: [UInt8] = []
    /// Where each cell ends in `bytes`; for a null, the complement of it.
    private var ends: [Int] = []

    init(columns: [String]) { self.columns = columns }

    /// The text of one cell; nil for SQL null.
    ///
    /// Bytes that are no UTF-8 become U+FFFD.
    public subscript(row: Int, column: Int) -> String? {
        withBytes(row: row, column: column) { span in
            String(copying: span)
        }
    }

    /// Lends the bytes of one cell; returns nil, without a call, for SQL null.
    public func withBytes<Value>(
        row: Int, column: Int, _ body: (Span<UInt8>) throws -> Value
    ) rethrows -> Value? {
        precondition(row < count && column < columns.count, "no cell \(row), \(column)")
        let cell = row * columns.count + column
        guard ends[cell] >= 0 else { return nil }
        return try body(bytes.span.extracting(start(of: cell)..<ends[cell]))
    }

    /// The only cell, or the first one; nil when there is no row, or when it is null.
    public var scalar: String? { count > 0 && !columns.isEmpty ? self[0, 0] : nil }

    /// How many bytes of values these rows hold.
    public var byteCount: Int { bytes.count }

    private func start(of cell: Int) -> Int {
        guard cell > 0 else { return 0 }
        return ends[cell - 1] < 0 ? ~ends[cell - 1] : ends[cell - 1]
    }

    mutating func append(_ cell: UnsafeRawBufferPointer) {
        unsafe bytes.append(contentsOf: cell)
        append(end: bytes.count)
    }

    mutating func appendNull() { append(end: ~bytes.count) }

    private mutating func append(end: Int) {
        ends.append(end)
        if ends.count == (count + 1) * columns.count { count += 1 }
    }

    /// Counts rows of no columns, as `SELECT FROM t` returns them.
    mutating func append(emptyRows: Int) { count += emptyRows }

    mutating func removeAll() {
        count = 0
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }
}

extension Rows: RandomAccessCollection {
    /// The first place: 0.
    public var startIndex: Int { 0 }
    /// The place after the last row.
    public var endIndex: Int { count }
    /// One row.
    public subscript(row: Int) -> Row { Row(rows: self, index: row) }
}

/// One of the rows that a statement returned.
public struct Row: Sendable {
    let rows: Rows
    let index: Int

    /// The text of a column by its place, from 0; nil for SQL null.
    public subscript(column: Int) -> String? { rows[index, column] }

    /// The text of a column by its name; nil for SQL null.
    ///
    /// The statement must have such a column.
    public subscript(column: String) -> String? {
        guard let place = rows.columns.firstIndex(of: column) else {
            preconditionFailure("the statement returns no column \(column)")
        }
        return rows[index, place]
    }

    /// A column as a whole number; nil for SQL null and for anything else.
    public func int(_ column: String) -> Int? { self[column].flatMap { Int($0) } }

    /// A column as a number; nil for SQL null and for anything else.
    public func double(_ column: String) -> Double? { self[column].flatMap { Double($0) } }

    /// Whether a boolean column is true; false for SQL null.
    public func bool(_ column: String) -> Bool { self[column] == "t" }
}

extension String {
    /// Copies UTF-8 bytes, with U+FFFD for what is none.
    fileprivate init(copying span: Span<UInt8>) {
        self = unsafe span.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
