/// The keys of rows that a change log names, and what it says of each, read from a COPY: of each key its columns as
/// values, the same as texts, and what happened.
package struct ChangedKeys {
    /// What happened to a row with a key, as bits.
    package struct Changes: OptionSet, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// A row with it went.
        package static let went = Changes(rawValue: 1)
        /// A row with it came.
        package static let came = Changes(rawValue: 2)
        /// A row with it changed.
        package static let changed = Changes(rawValue: 4)
        /// Anything may have happened to any row.
        package static let unknown = Changes(rawValue: 8)
    }

    /// How many columns the key has.
    private let columns: Int
    private let run: StreamProgram.Run
    /// The hashes of the keys.
    private(set) var hashes: [UInt64] = []
    /// What happened to each.
    private(set) var changes: [Changes] = []
    /// The last key of the last batch, as bytes.
    private var last: [UInt8] = []
    /// The texts of all keys' columns, as elements of array literals, one behind the other.
    private var texts: [UInt8] = []
    /// Where each of them ends.
    private var ends: [Int] = []

    /// Creates an empty list.
    ///
    /// - Parameters:
    ///   - columns: How many columns the key has.
    ///   - program: What the rows are evaluated by, and their own keys hashed.
    package init(columns: Int, program: StreamProgram) {
        self.columns = columns
        run = StreamProgram.Run(
            StreamProgram(slots: 2 * columns + 1, forms: [], key: program.key))
    }

    /// Whether anything may have happened to any row.
    package var hasUnknown: Bool { changes.contains { $0.contains(.unknown) } }

    /// Takes keys.
    ///
    /// - Parameters:
    ///   - bytes: Whole rows of a COPY in its binary format.
    ///   - isFirst: Whether they begin with its header.
    /// - Throws: ``MalformedCopy``.
    package mutating func add(_ bytes: UnsafeRawBufferPointer, isFirst: Bool) throws {
        try run.rows(of: bytes, isFirst: isFirst) {
            let batch = run.batch
            let own = Array(0..<columns)
            withUnsafeTemporaryAllocation(of: UInt64.self, capacity: RowBatch.capacity) { buffer in
                guard let found = buffer.baseAddress else { return }
                run.hashKeys(own, to: found)
                for row in 0..<batch.count {
                    let change = Changes(
                        rawValue: UInt8(truncatingIfNeeded: batch.number(2 * columns, row)))
                    // What happened to a key several times stands behind each other.
                    if found[row] == hashes.last, isLast(row) {
                        changes[changes.count - 1].formUnion(change)
                        continue
                    }
                    hashes.append(found[row])
                    changes.append(change)
                    for column in columns..<2 * columns {
                        if batch.lengths(column)[row] >= 0 { append(batch.value(column, row)) }
                        ends.append(texts.count)
                    }
                }
            }
            let end = batch.count - 1
            last = end >= 0 && isWhole(end) ? run.joined(own, of: end) : []
        }
    }

    /// Whether a row of the batch has the last key.
    private func isLast(_ row: Int) -> Bool {
        guard isWhole(row) else { return false }
        guard row > 0 else { return run.joined(Array(0..<columns), of: row) == last }
        return isWhole(row - 1)
            && (0..<columns).allSatisfy {
                run.batch.value($0, row).isEqual(to: run.batch.value($0, row - 1))
            }
    }

    /// Whether a row of the batch has a key.
    private func isWhole(_ row: Int) -> Bool {
        (0..<columns).allSatisfy { run.batch.lengths($0)[row] >= 0 }
    }

    /// Adds a text as an array literal has it.
    private mutating func append(_ text: UnsafeRawBufferPointer) {
        let (quote, escape) = (UInt8(ascii: "\""), UInt8(ascii: "\\"))
        texts.append(quote)
        for byte in text {
            if byte == quote || byte == escape { texts.append(escape) }
            texts.append(byte)
        }
        texts.append(quote)
    }

    /// The keys that rows may have, in parts of about one size, without those of rows that are known already.
    ///
    /// - Parameters:
    ///   - known: What was learned of those rows.
    ///   - size: How many keys a part has at the most.
    /// - Returns: Of each part by column of the key the values, as an array literal.
    package func literals(without known: [StreamTally], atOnce size: Int) -> [[String]] {
        let known = HashIndex(known.keptBlocks.flatMap { $0.keys })
        let wanted = hashes.indices.filter {
            changes[$0] != .went && known.number(hashes[$0]) == nil
        }
        return stride(from: 0, to: wanted.count, by: size).map { start in
            let part = wanted[start..<min(start + size, wanted.count)]
            return (0..<columns).map { literal(of: $0, part) }
        }
    }

    private func literal(of column: Int, _ keys: ArraySlice<Int>) -> String {
        var literal = [UInt8(ascii: "{")]
        for key in keys {
            if literal.count > 1 { literal.append(UInt8(ascii: ",")) }
            let number = key * columns + column
            literal += texts[(number == 0 ? 0 : ends[number - 1])..<ends[number]]
        }
        literal.append(UInt8(ascii: "}"))
        return String(decoding: literal, as: UTF8.self)
    }
}

extension [StreamTally] {
    /// What was kept of the rows that they were given.
    var keptBlocks: [KeptBlock] {
        flatMap { tally in
            tally.recorder?.finish()
            return tally.recorder?.blocks ?? []
        }
    }
}

extension KeptBlock {
    /// The hashes of the rows' own keys.
    var keys: UnsafeBufferPointer<UInt64> {
        UnsafeBufferPointer(start: rows.column(KeptLayout.key), count: count)
    }
}
