/// Which rows break a check at present, and which share their keys with others.
extension KeptUpdate {
    /// The first rows that break a part of a row check.
    package func places(part: Int, of check: Int) throws(KeptDoubt) -> [RowPlace] {
        try places(layout.parts[check][part])
    }

    /// The first rows whose reference leads nowhere.
    package func places(missing reference: Int) throws(KeptDoubt) -> [RowPlace] {
        try places(layout.references[reference].missing)
    }

    private func places(_ plane: Int) throws(KeptDoubt) -> [RowPlace] {
        var found: [UInt64] = []
        func add(_ rows: KeptRows, without mask: UnsafeBufferPointer<UInt64>?) {
            let words = rows.plane(plane)
            let places = rows.column(KeptLayout.place)
            var own: [UInt64] = []
            let most = found.count == StreamTally.placesKept ? found.last : nil
            for word in 0..<(rows.count + 63) / 64 {
                var bits = words[word] & ~(mask?[word] ?? 0)
                while bits != 0 {
                    let place = places[word << 6 + bits.trailingZeroBitCount]
                    if most.map({ place < $0 }) ?? true { own.append(place) }
                    bits &= bits - 1
                }
            }
            if !own.isEmpty {
                found = Array((found + own).sorted().prefix(StreamTally.placesKept))
            }
        }
        for block in offsets.indices {
            if found.count == StreamTally.placesKept, let last = found.last,
                file.directory.blocks[block].firstPlace > last
            {
                break
            }
            defer { file.release(block) }
            _ = try file.planes(block)
            let rows = try file.rows(block, columns: KeptLayout.place)
            superseded.withUnsafeBufferPointer {
                let words = offsets[block]..<offsets[block] + (rows.count + 63) / 64
                add(rows, without: UnsafeBufferPointer(rebasing: $0[words]))
            }
        }
        for (block, kept) in state.added.enumerated() {
            removed[block].withUnsafeBufferPointer { add(kept.rows, without: $0) }
        }
        for block in new { add(block.rows, without: nil) }
        return found.map { RowPlace(number: $0) }
    }

    // MARK: Keys that rows share

    /// The keys that changed rows have or had, and the rows that have them now.
    package struct SharedKeys {
        /// The hashes of the keys.
        package let hashes: [UInt64]
        /// How many rows had each.
        package let before: [Int]
        /// How many rows have each.
        package let after: [Int]
        /// Which rows those are, by the number of the hash.
        package let members: [(number: Int, place: RowPlace)]
    }

    /// Finds the rows that share a key with a changed row, or have one of the largest groups' keys.
    ///
    /// - Parameters:
    ///   - grouping: Which grouping.
    ///   - leaders: The hashes of the largest groups' keys.
    /// - Returns: The keys and the rows.
    /// - Throws: That what was kept is damaged.
    package func sharedKeys(
        _ grouping: Int, leaders: [UInt64]
    ) throws(KeptDoubt) -> SharedKeys {
        let column = layout.column(ofGrouping: grouping)
        var wanted = removedKeys[grouping] + leaders
        for block in new {
            let hashes = block.rows.column(column)
            for row in 0..<block.count where hashes[row] != 0 { wanted.append(hashes[row]) }
        }
        let index = HashIndex(wanted)
        var before = [Int](repeating: 0, count: index.hashes.count)
        var after = before
        var members: [(Int, RowPlace)] = []
        func look(
            _ rows: KeptRows, wasSo: (Int) -> Bool, isSo: (Int) -> Bool
        ) {
            let places = rows.column(KeptLayout.place)
            index.each(in: rows.column(column), rows.count) { row, number in
                if wasSo(row) { before[number] += 1 }
                if isSo(row) {
                    after[number] += 1
                    members.append((number, RowPlace(number: places[row])))
                }
            }
        }
        for block in offsets.indices where !index.isEmpty {
            defer { file.release(block) }
            let rows = try file.rows(block, columns: column, KeptLayout.place)
            let offset = offsets[block]
            state.superseded.withUnsafeBufferPointer { was in
                superseded.withUnsafeBufferPointer { now in
                    look(rows) {
                        was[offset + $0 >> 6] >> UInt64($0 & 63) & 1 == 0
                    } isSo: {
                        now[offset + $0 >> 6] >> UInt64($0 & 63) & 1 == 0
                    }
                }
            }
        }
        for (block, kept) in state.added.enumerated() {
            look(kept.rows) { _ in
                true
            } isSo: { [removed] in
                removed[block][$0 >> 6] >> UInt64($0 & 63) & 1 == 0
            }
        }
        for block in new {
            look(block.rows) { _ in
                false
            } isSo: { _ in
                true
            }
        }
        return SharedKeys(hashes: index.hashes, before: before, after: after, members: members)
    }
}
