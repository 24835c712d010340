/// The keys of rows that a change log names, and what it says of each.
package struct ChangedKeys: Sendable {
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
    /// The hashes of the keys.
    private(set) var hashes: [UInt64] = []
    /// What happened to each.
    private(set) var changes: [Changes] = []

    /// Creates an empty list.
    ///
    /// - Parameter columns: How many columns the key has.
    package init(columns: Int) { self.columns = columns }

    /// How many slots of a COPY are the log's, behind those of the rows: the key's, and what happened.
    package var slots: Int { columns + 1 }

    /// Whether anything may have happened to any row.
    package var hasUnknown: Bool { changes.contains { $0.contains(.unknown) } }

    /// Whether there is a key of a row that came or changed, but nothing is said to have happened to it.
    package var hasUnnamed: Bool { changes.contains([]) }

    /// How many keys there are.
    package var count: Int { hashes.count }

    /// Adds those of another part of the log, none of which is here.
    package mutating func add(_ other: ChangedKeys) {
        hashes += other.hashes
        changes += other.changes
    }

    /// Takes the log's slots of a batch.
    fileprivate mutating func take(_ run: StreamProgram.Run) {
        let start = run.program.slots - slots
        let count = run.batch.count
        let first = hashes.count
        hashes.append(contentsOf: repeatElement(0, count: count))
        hashes.withUnsafeMutableBufferPointer {
            guard let base = $0.baseAddress else { return }
            run.hashKeys(Array(start..<start + columns), to: base + first)
        }
        let happened = start + columns
        for row in 0..<count {
            let isThere = run.batch.lengths(happened)[row] >= 0
            let value = isThere ? run.batch.number(happened, row) : 8
            changes.append(Changes(rawValue: UInt8(truncatingIfNeeded: value)))
        }
    }
}

extension StreamTally {
    /// Takes keys that a log names, and counts the rows that are there.
    ///
    /// - Parameters:
    ///   - bytes: Whole rows of a COPY in its binary format; the place of a row that is not there is null.
    ///   - isFirst: Whether they begin with its header.
    ///   - keys: Takes the keys.
    /// - Throws: ``MalformedCopy``, and what keeps keys from being stored.
    package func add(
        _ bytes: UnsafeRawBufferPointer, isFirst: Bool, keys: inout ChangedKeys
    ) throws {
        try run.rows(of: bytes, isFirst: isFirst) {
            keys.take(run)
            run.batch.keepRows(with: 0)
            if run.batch.count > 0 { try count() }
        }
    }
}

extension StreamProgram {
    /// The same program on rows behind which other slots stand.
    package func widened(by slots: Int) -> StreamProgram {
        StreamProgram(
            slots: self.slots + slots, forms: forms, rowChecks: rowChecks, groupings: groupings,
            references: references, largest: largest, key: key)
    }
}
