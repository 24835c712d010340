import Dispatch

/// A state that is brought up to date: what rows had counted is taken back, and what they count now added.
///
/// Unchecked: only one task uses it at a time.
package final class KeptUpdate: @unchecked Sendable {
    let state: KeptState
    let file: KeptFile
    let layout: KeptLayout
    /// Where the words of each block of the file begin.
    let offsets: [Int]
    private(set) var superseded: [UInt64]
    /// The rows of the state's own blocks that are no longer so.
    private(set) var removed: [[UInt64]]
    /// The places of rows that are no longer so.
    private var removedPlaces: Set<UInt64> = []
    /// By grouping, the hashes of the keys that removed rows had.
    private(set) var removedKeys: [[UInt64]]
    private(set) var new: [KeptBlock] = []
    /// What is counted so far.
    package private(set) var counts: KeptState.Counts

    /// Begins with a state as it was kept.
    package init(_ state: KeptState, file: KeptFile) {
        self.state = state
        self.file = file
        layout = file.layout
        var offset = 0
        offsets = file.directory.blocks.map { block in
            defer { offset += (block.count + 63) / 64 }
            return offset
        }
        superseded = state.superseded
        removed = state.added.map { Array(repeating: 0, count: ($0.count + 63) / 64) }
        removedKeys = Array(repeating: [], count: layout.groupings.count)
        counts = state.counts
    }

    // MARK: What is taken back

    /// Takes back the rows of keys that the log names.
    ///
    /// - Parameters:
    ///   - keys: The keys.
    ///   - present: What was learned of the rows of those keys that are there now.
    ///   - isExact: Whether the log holds no more than what happened since the state was kept.
    /// - Throws: A doubt where the log and the state do not fit together.
    package func remove(
        _ keys: ChangedKeys, present: [StreamTally], isExact: Bool
    ) throws(KeptDoubt) {
        let index = HashIndex(keys.hashes)
        let collision = KeptDoubt("two of its keys cannot be told apart by what was kept")
        guard index.hashes.count == keys.hashes.count else { throw collision }
        var found = [UInt8](repeating: 0, count: index.hashes.count)
        try eachLive(KeptLayout.key, index) { found[$0] &+= 1 }
        guard found.allSatisfy({ $0 <= 1 }) else { throw collision }
        var isPresent = [Bool](repeating: false, count: found.count)
        for block in present.keptBlocks {
            for hash in block.keys {
                guard let number = index.number(hash) else {
                    throw KeptDoubt("a row has changed that its change log does not name")
                }
                isPresent[number] = true
            }
        }
        guard isExact else { return }
        for (hash, changes) in zip(keys.hashes, keys.changes) {
            guard let number = index.number(hash) else { continue }
            let was = found[number] == 1
            let fits =
                (was || changes.contains(.came))
                && (!was || !changes.contains(.came) || changes.contains(.went))
                && (!was || isPresent[number] || changes.contains(.went))
                && (was || isPresent[number] || changes.contains(.went))
            guard fits else {
                throw KeptDoubt("its change log does not say what happened to all of its rows")
            }
        }
    }

    /// Takes back the rows that refer to what came or went in another table.
    ///
    /// - Parameter changed: The hashes of what came or went, by reference.
    /// - Returns: Where those rows lie, which are to be read again.
    /// - Throws: That what was kept is damaged.
    package func remove(referringTo changed: [[UInt64]]) throws(KeptDoubt) -> [RowPlace] {
        let before = removedPlaces
        for (reference, hashes) in changed.enumerated() where !hashes.isEmpty {
            let index = HashIndex(hashes.map(\.kept))
            try eachLive(layout.column(ofReference: reference), index) { _ in }
        }
        return removedPlaces.subtracting(before).sorted().map { RowPlace(number: $0) }
    }

    /// Finds the rows that are so at present and have one of the hashes in a column, and takes them back.
    private func eachLive(
        _ column: Int, _ index: HashIndex, _ body: (Int) -> Void
    ) throws(KeptDoubt) {
        guard !index.isEmpty else { return }
        let found = try eachBlock { (block) throws(KeptDoubt) in
            let live = LiveRows(
                index, column, try file.rows(block, columns: column),
                gone: superseded[offsets[block]...])
            return live.isEmpty ? (live, nil) : (live, Share(live, of: try whole(block), layout))
        }
        for (block, (live, share)) in found.enumerated() {
            guard let share else { continue }
            takeBack(share)
            for (word, bits) in live.mask.enumerated() {
                superseded[offsets[block] + word] |= bits
            }
            live.numbers.forEach(body)
        }
        for (block, kept) in state.added.enumerated() {
            let live = LiveRows(index, column, kept.rows, gone: removed[block][...])
            takeBack(Share(live, of: kept.rows, layout))
            for (word, bits) in live.mask.enumerated() { removed[block][word] |= bits }
            live.numbers.forEach(body)
        }
    }

    /// What is found in each block of the file; all processors look, each at blocks of its own.
    func eachBlock<Value: Sendable>(
        _ look: @Sendable (Int) throws(KeptDoubt) -> Value
    ) throws(KeptDoubt) -> [Value] {
        var results = [Result<Value, KeptDoubt>?](repeating: nil, count: offsets.count)
        results.withUnsafeMutableBufferPointer {
            // Each block has a place of its own.
            nonisolated(unsafe) let results = $0
            DispatchQueue.concurrentPerform(iterations: results.count) { block in
                results[block] = Result { () throws(KeptDoubt) in try look(block) }
                file.release(block)
            }
        }
        var values: [Value] = []
        for result in results { if let result { values.append(try result.get()) } }
        return values
    }

    /// The rows of a block of the file, of which all that may be looked at is as it was written.
    private func whole(_ block: Int) throws(KeptDoubt) -> KeptRows {
        _ = try file.planes(block)
        for grouping in layout.groupings.indices {
            _ = try file.rows(block, columns: layout.column(ofGrouping: grouping))
        }
        return try file.rows(block, columns: KeptLayout.place)
    }

    /// Takes back what some rows have counted.
    private func takeBack(_ share: Share) {
        counts.subtract(share.counts)
        removedPlaces.formUnion(share.places)
        for index in removedKeys.indices { removedKeys[index] += share.keys[index] }
    }

    // MARK: What is added

    /// Adds rows as they are now.
    package func add(_ tally: StreamTally) {
        guard let recorder = tally.recorder else { return }
        recorder.finish()
        new += recorder.blocks
        counts.add(KeptState.Counts(tally))
    }

    /// Whether a row is as it was when the state was kept.
    package func isUnchanged(_ place: RowPlace) -> Bool { !removedPlaces.contains(place.number) }

    // MARK: What is kept now

    /// The state as it is now.
    package func finished(
        snapshot: String, parents: [[UInt64]], groupings: [KeptState.Grouping],
        largest: [KeptState.Largest]
    ) -> KeptState {
        var added: [KeptBlock] = []
        func keep(_ row: Int, of rows: KeptRows) {
            if added.last.map({ $0.count == KeptBlock.capacity }) ?? true {
                added.append(KeptBlock(layout))
            }
            added[added.count - 1].append(row, of: rows)
        }
        for (block, kept) in state.added.enumerated() {
            for row in 0..<kept.count
            where removed[block][row >> 6] >> UInt64(row & 63) & 1 == 0 {
                keep(row, of: kept.rows)
            }
        }
        for block in new { for row in 0..<block.count { keep(row, of: block.rows) } }
        return KeptState(
            fingerprint: state.fingerprint, snapshot: snapshot, taken: state.taken,
            file: state.file, directory: state.directory, counts: counts, superseded: superseded,
            added: added, parents: parents, groupings: groupings, largest: largest)
    }
}

/// The rows of a block that are so at present and hold one of some hashes in a column.
private struct LiveRows: Sendable {
    /// A bit for each row of the block.
    let mask: [UInt64]
    /// The rows.
    let rows: [Int]
    /// The number of the hash that each of them holds.
    let numbers: [Int]

    var isEmpty: Bool { rows.isEmpty }

    /// Finds them.
    ///
    /// - Parameters:
    ///   - index: The hashes.
    ///   - column: The column.
    ///   - rows: The block.
    ///   - gone: A bit for each row that is no longer so.
    init(_ index: HashIndex, _ column: Int, _ rows: KeptRows, gone: ArraySlice<UInt64>) {
        var mask = [UInt64](repeating: 0, count: (rows.count + 63) / 64)
        var found: [Int] = []
        var numbers: [Int] = []
        index.each(in: rows.column(column), rows.count) { row, number in
            guard !gone.isSet(row) else { return }
            mask[row >> 6] |= 1 << UInt64(row & 63)
            found.append(row)
            numbers.append(number)
        }
        self.mask = mask
        self.rows = found
        self.numbers = numbers
    }
}

/// What some rows of a block have counted.
private struct Share: Sendable {
    let counts: KeptState.Counts
    /// Where the rows lie.
    let places: [UInt64]
    /// By grouping, the hashes of the rows' keys.
    let keys: [[UInt64]]

    init(_ live: LiveRows, of rows: KeptRows, _ layout: KeptLayout) {
        func count(_ plane: Int) -> Int {
            let words = rows.plane(plane)
            var sum = 0
            for word in live.mask.indices { sum += (words[word] & live.mask[word]).nonzeroBitCount }
            return sum
        }
        counts = KeptState.Counts(
            rows: live.rows.count,
            scopes: layout.scopes.map { $0.map(count) ?? live.rows.count },
            parts: layout.parts.map { $0.map(count) },
            references: layout.references.map { (count($0.scope), count($0.missing)) },
            groupings: layout.groupings.map(count))
        let column = rows.column(KeptLayout.place)
        places = live.rows.map { column[$0] }
        keys = layout.groupings.indices.map { grouping in
            let column = rows.column(layout.column(ofGrouping: grouping))
            return live.rows.lazy.map { column[$0] }.filter { $0 != 0 }
        }
    }
}

extension ArraySlice<UInt64> {
    /// Whether the bit of a row is set.
    @inline(__always)
    func isSet(_ row: Int) -> Bool { self[startIndex + row >> 6] >> UInt64(row & 63) & 1 != 0 }
}
