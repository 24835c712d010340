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
        for block in blocks {
            if found.count == StreamTally.placesKept, let last = found.last,
                block.entry.firstPlace > last
            {
                continue
            }
            defer { block.file.release(block.number) }
            let rows = try block.rows(columns: KeptLayout.place)
            superseded.withUnsafeBufferPointer {
                let words = block.offset..<block.offset + block.entry.words
                add(rows, without: UnsafeBufferPointer(rebasing: $0[words]))
            }
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
        fileprivate let members: [Member]

        fileprivate struct Member {
            /// The number of the hash.
            let number: Int
            let place: RowPlace
            /// Whether it came or changed since the last run.
            let isChanged: Bool
        }

        /// Rows whose keys are to be read, to be sure that those of one hash are one key.
        package struct Reading {
            /// The rows, those of one hash behind each other.
            package fileprivate(set) var places: [(number: Int, place: RowPlace)] = []
            /// For which rows one of them is read, by its place: all had the same key in the last run, and have
            /// it still.
            package fileprivate(set) var represented: [RowPlace: ExactGroups.Rows] = [:]
            /// How many groups they are.
            package fileprivate(set) var groups = 0
            /// How many rows have those keys.
            package fileprivate(set) var rows = 0
        }

        /// Which rows of groups are to be read.
        ///
        /// The rows of a group that was one in the last run have the same key, as was seen then.
        ///
        /// - Parameters:
        ///   - limit: The largest count that a group may have.
        ///   - leaders: The hashes of groups that are read also where no row came to them.
        /// - Returns: The rows.
        package func toBeRead(above limit: Int, leaders: Set<UInt64>) -> Reading {
            var reading = Reading()
            let (members, starts) = members(above: limit)
            for number in after.indices where after[number] > limit {
                let group = members[starts[number]..<starts[number + 1]]
                let changed = group.filter(\.isChanged)
                guard !changed.isEmpty || leaders.contains(hashes[number]) else { continue }
                reading.groups += 1
                reading.rows += group.count
                let same = before[number] > limit ? group.filter { !$0.isChanged } : []
                if let one = same.first {
                    var rows = ExactGroups.Rows(one.place)
                    for other in same.dropFirst() { rows.add(.init(other.place)) }
                    reading.represented[one.place] = rows
                    reading.places.append((number, one.place))
                }
                let single = same.isEmpty ? Array(group) : changed
                reading.places += single.map { ($0.number, $0.place) }
            }
            return reading
        }

        /// The rows of groups that should not be, those of one behind each other, and where those of each begin.
        private func members(above limit: Int) -> ([Member], starts: [Int]) {
            var starts = [0]
            for count in after {
                starts.append(starts[starts.count - 1] + (count > limit ? count : 0))
            }
            guard let any = members.first else { return ([], starts) }
            var sorted = Array(repeating: any, count: starts[after.count])
            var next = starts
            for member in members where after[member.number] > limit {
                sorted[next[member.number]] = member
                next[member.number] += 1
            }
            return (sorted, starts)
        }
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
        let isLooking = !index.isEmpty
        let kept = try eachBlock { (block) throws(KeptDoubt) -> [Holder] in
            guard isLooking else { return [] }
            let rows = try block.file.rows(block.number, columns: column, KeptLayout.place)
            return Holder.all(
                of: index, in: column, rows, gone: state.superseded[block.offset...],
                goneNow: superseded[block.offset...])
        }
        var before = [Int](repeating: 0, count: index.hashes.count)
        var after = before
        var members: [SharedKeys.Member] = []
        func count(_ holders: [Holder], wasThere: Bool = true) {
            for holder in holders {
                if wasThere, holder.wasSo { before[holder.number] += 1 }
                guard holder.isSo else { continue }
                after[holder.number] += 1
                members.append(
                    .init(number: holder.number, place: holder.place, isChanged: !wasThere))
            }
        }
        kept.forEach { count($0) }
        for block in new {
            count(Holder.all(of: index, in: column, block.rows), wasThere: false)
        }
        return SharedKeys(hashes: index.hashes, before: before, after: after, members: members)
    }
}

/// A row that holds one of some hashes.
private struct Holder: Sendable {
    /// The number of the hash.
    let number: Int
    let place: RowPlace
    /// Whether it was so when the state was kept.
    let wasSo: Bool
    /// Whether it is so now.
    let isSo: Bool

    /// Those among the rows of a block.
    ///
    /// - Parameters:
    ///   - index: The hashes.
    ///   - column: In which column they are looked for.
    ///   - rows: The block.
    ///   - gone: A bit for each row that was not so when the state was kept; none where all were.
    ///   - goneNow: A bit for each row that is not so now; none where all are.
    /// - Returns: The rows, in their order.
    static func all(
        of index: HashIndex, in column: Int, _ rows: KeptRows, gone: ArraySlice<UInt64> = [],
        goneNow: ArraySlice<UInt64> = []
    ) -> [Holder] {
        let places = rows.column(KeptLayout.place)
        var holders: [Holder] = []
        index.each(in: rows.column(column), rows.count) { row, number in
            holders.append(
                Holder(
                    number: number, place: RowPlace(number: places[row]),
                    wasSo: gone.isEmpty || !gone.isSet(row),
                    isSo: goneNow.isEmpty || !goneNow.isSet(row)))
        }
        return holders
    }
}
