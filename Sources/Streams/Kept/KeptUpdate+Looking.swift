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
        let buffer = KeptBuffer(layout)
        for block in blocks {
            if found.count == StreamTally.placesKept, let last = found.last,
                block.entry.firstPlace > last
            {
                continue
            }
            let rows = try block.read([KeptLayout.place], planes: true, into: buffer)
            superseded.withUnsafeBufferPointer {
                let words = block.offset..<block.offset + block.entry.words
                add(rows, without: UnsafeBufferPointer(rebasing: $0[words]))
            }
        }
        for new in new { add(new.block.rows, without: nil) }
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
            /// Its key, where that is known.
            var key: ArraySlice<UInt8>?
        }

        /// Rows whose keys are compared, to be sure that those of one hash are one key.
        package struct Comparison {
            /// A row.
            package struct Row {
                /// The number of the hash.
                package let number: Int
                package let place: RowPlace
                /// What its key is, where that need not be read.
                package let known: ExactGroups.KnownRow?
            }

            /// The rows, those of one hash behind each other.
            package fileprivate(set) var rows: [Row] = []
            /// For which rows one of them stands, by its place: all had the same key in the last run, and have
            /// it still.
            package fileprivate(set) var represented: [RowPlace: ExactGroups.Rows] = [:]
            /// How many groups they are.
            package fileprivate(set) var groups = 0
            /// How many rows have those keys.
            package fileprivate(set) var members = 0

            /// The rows in parts, of which about so many are to be read; those of one hash are in one part.
            package func parts(of size: Int) -> [ArraySlice<Row>] {
                var parts: [ArraySlice<Row>] = []
                var start = 0
                var read = 0
                for end in rows.indices {
                    if read >= size, rows[end].number != rows[end - 1].number {
                        parts.append(rows[start..<end])
                        (start, read) = (end, 0)
                    }
                    if rows[end].known == nil { read += 1 }
                }
                if start < rows.count { parts.append(rows[start...]) }
                return parts
            }
        }

        /// Which rows of groups are to be compared.
        ///
        /// The rows of a group that was one in the last run have the same key, as was seen then.
        ///
        /// - Parameters:
        ///   - limit: The largest count that a group may have.
        ///   - leaders: The hashes of groups whose keys are wanted also where no row came to them.
        /// - Returns: The rows.
        package func comparison(above limit: Int, leaders: Set<UInt64>) -> Comparison {
            var comparison = Comparison()
            let (members, starts) = members(above: limit)
            for number in after.indices where after[number] > limit {
                let group = members[starts[number]..<starts[number + 1]]
                guard leaders.contains(hashes[number]) || group.contains(where: \.isChanged) else {
                    continue
                }
                comparison.groups += 1
                comparison.members += group.count
                let isKnown = before[number] > limit
                var one: RowPlace?
                for member in group {
                    if isKnown, !member.isChanged, let one {
                        comparison.represented[one]?.add(.init(member.place))
                        continue
                    }
                    if isKnown, !member.isChanged {
                        one = member.place
                        comparison.represented[member.place] = .init(member.place)
                    }
                    let known = member.key.map {
                        ExactGroups.KnownRow(place: member.place, hash: hashes[number], key: $0)
                    }
                    comparison.rows.append(
                        .init(number: number, place: member.place, known: known))
                }
            }
            return comparison
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
        for new in new {
            let hashes = new.block.rows.column(column)
            for row in 0..<new.block.count where hashes[row] != 0 { wanted.append(hashes[row]) }
        }
        let index = HashIndex(wanted)
        let isLooking = !index.isEmpty
        let kept = try eachBlock { (block, buffer) throws(KeptDoubt) -> [Holder] in
            guard isLooking else { return [] }
            let rows = try block.read([column, KeptLayout.place], into: buffer)
            return Holder.all(
                of: index, in: column, rows, gone: state.superseded[block.offset...],
                goneNow: superseded[block.offset...])
        }
        var before = [Int](repeating: 0, count: index.hashes.count)
        var after = before
        var members: [SharedKeys.Member] = []
        for holder in kept.joined() {
            if holder.wasSo { before[holder.number] += 1 }
            guard holder.isSo else { continue }
            after[holder.number] += 1
            members.append(.init(number: holder.number, place: holder.place, isChanged: false))
        }
        for new in new {
            let places = new.block.rows.column(KeptLayout.place)
            index.each(in: new.block.rows.column(column), new.block.count) { row, number in
                after[number] += 1
                members.append(
                    .init(
                        number: number, place: RowPlace(number: places[row]), isChanged: true,
                        key: new.keys?[grouping][new.first + row]))
            }
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
    ///   - gone: A bit for each row that was not so when the state was kept.
    ///   - goneNow: A bit for each row that is not so now.
    /// - Returns: The rows, in their order.
    static func all(
        of index: HashIndex, in column: Int, _ rows: KeptRows, gone: ArraySlice<UInt64>,
        goneNow: ArraySlice<UInt64>
    ) -> [Holder] {
        let places = rows.column(KeptLayout.place)
        var holders: [Holder] = []
        index.each(in: rows.column(column), rows.count) { row, number in
            holders.append(
                Holder(
                    number: number, place: RowPlace(number: places[row]), wasSo: !gone.isSet(row),
                    isSo: !goneNow.isSet(row)))
        }
        return holders
    }
}
