/// The rows with the largest values of a slot: all others have smaller ones, or as large.
package struct Leaders: Sendable {
    /// How many are known at the most, where they are kept.
    static let most = 128

    package struct Entry: Sendable {
        package let value: Int64
        package let place: RowPlace
    }

    /// The rows, the largest value first.
    package private(set) var entries: [Entry] = []
    /// Whether there is no other row with a value.
    package private(set) var isComplete: Bool

    private let limit: Int

    package init(isComplete: Bool = true, limit: Int = Leaders.most) {
        self.isComplete = isComplete
        self.limit = limit
    }

    /// Takes the values of a batch, numbers of a fixed width with a sign.
    mutating func add(_ run: StreamProgram.Run, slot: Int, scope: Truth) {
        let lengths = run.batch.lengths(slot)
        var threshold = entries.count >= limit ? entries.last?.value : nil
        for row in 0..<run.batch.count where scope[row] != 0 && lengths[row] >= 0 {
            let value = run.batch.number(slot, row)
            if let least = threshold, value <= least {
                isComplete = false
                continue
            }
            insert(Entry(value: value, place: run.batch.rowPlace(0, row)))
            threshold = entries.count >= limit ? entries.last?.value : nil
        }
    }

    /// Adds a row.
    mutating func insert(_ entry: Entry) {
        let index = entries.firstIndex { $0.value < entry.value } ?? entries.count
        entries.insert(entry, at: index)
        if entries.count > limit {
            entries.removeLast()
            isComplete = false
        }
    }

    /// Adds those of another part of the table.
    package mutating func add(_ other: Leaders) {
        isComplete = isComplete && other.isComplete
        for entry in other.entries { insert(entry) }
    }

    /// The leaders of a table of which some rows changed.
    ///
    /// - Parameters:
    ///   - remaining: Former leaders that are as they were.
    ///   - changed: Rows that changed or came.
    ///   - wasComplete: Whether the former leaders were all rows with a value.
    /// - Returns: The leaders; `nil` where another row may be before them.
    package static func merge(
        _ remaining: Leaders, changed: Leaders, wasComplete: Bool
    ) -> Leaders? {
        var merged = Leaders(isComplete: wasComplete)
        if wasComplete {
            merged.add(remaining)
            merged.add(changed)
            return merged
        }
        guard let least = remaining.entries.last?.value else { return nil }
        merged.add(remaining)
        for entry in changed.entries where entry.value >= least { merged.insert(entry) }
        return merged
    }

    /// Reads leaders from a COPY of places and values.
    package mutating func add(_ bytes: UnsafeRawBufferPointer, isFirst: Bool, run: Reader) throws {
        try run.run.rows(of: bytes, isFirst: isFirst) {
            for row in 0..<run.run.batch.count where run.run.batch.lengths(1)[row] >= 0 {
                insert(
                    Entry(
                        value: run.run.batch.number(1, row), place: run.run.batch.rowPlace(0, row)))
            }
        }
    }

    /// What takes a COPY of places and values apart.
    ///
    /// Unchecked: only one statement uses it.
    package final class Reader: @unchecked Sendable {
        let run = StreamProgram.Run(StreamProgram(slots: 2, forms: []))

        package init() {}
    }
}

extension RowBatch {
    /// A number of fixed width with a sign.
    @inline(__always)
    func number(_ slot: Int, _ row: Int) -> Int64 { value(slot, row).signedNumber }
}
