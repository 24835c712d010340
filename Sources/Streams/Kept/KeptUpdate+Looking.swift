/// Which rows break a check at present, and which share their keys with others.
extension KeptUpdate {
    /// In what way rows break a check.
    package enum Breach: Sendable {
        /// They break a part of a row check.
        case part(Int, of: Int)
        /// What they refer to by a reference is nowhere.
        case missing(Int)
    }

    /// Of each breach the first rows.
    package func places(of breaches: [Breach]) throws(KeptDoubt) -> [[RowPlace]] {
        var found = breaches.map { breach in
            switch breach {
            case .part(let part, of: let check): FirstPlaces(plane: layout.parts[check][part])
            case .missing(let reference): FirstPlaces(plane: layout.references[reference].missing)
            }
        }
        let buffer = borrow()
        defer { giveBack(buffer) }
        for block in blocks {
            let wanting = found.indices.filter { found[$0].mayTake(from: block.entry.firstPlace) }
            guard !wanting.isEmpty else { continue }
            let rows = try block.read([KeptLayout.place], planes: true, into: buffer)
            superseded.withUnsafeBufferPointer {
                let gone = UnsafeBufferPointer(
                    rebasing: $0[block.offset..<block.offset + block.entry.words])
                for index in wanting { found[index].add(rows, without: gone) }
            }
        }
        for new in new {
            for index in found.indices { found[index].add(new.block.rows, without: nil) }
        }
        return found.map { $0.places.map { RowPlace(number: $0) } }
    }

    // MARK: Keys that rows share

    /// The keys that changed rows have or had, and the rows that have them now.
    package struct SharedKeys: Sendable {
        /// The hashes of the keys.
        package let hashes: [UInt64]
        /// How many rows had each.
        package let before: [Int]
        /// How many rows have each.
        package let after: [Int]
        /// The largest count that a group may have.
        fileprivate let limit: Int
        /// The rows of groups that should not be, those of one behind each other.
        fileprivate let members: [Member]
        /// By the number of a hash, where its rows begin; at last, where all end.
        fileprivate let starts: [Int]
        fileprivate let new: [NewBlock]
        fileprivate let grouping: Int

        /// A row of a group.
        fileprivate struct Member: Sendable {
            var place: UInt64 = 0
            /// The block of new rows and the row in it, and one more; 0 where it did not come or change.
            var changed: UInt32 = 0

            var isChanged: Bool { changed != 0 }
        }

        /// The key of a row, where that is known.
        private func key(of member: Member) -> ArraySlice<UInt8>? {
            guard member.isChanged else { return nil }
            let number = Int(member.changed) - 1
            let block = new[number / KeptBlock.capacity]
            return block.keys?[grouping][block.first + number % KeptBlock.capacity]
        }

        /// Rows whose keys are compared, to be sure that those of one hash are one key.
        package struct Comparison: Sendable {
            /// Where the rows lie whose keys are to be read.
            package fileprivate(set) var places: [RowPlace] = []
            /// The rows whose keys are known.
            package fileprivate(set) var known: [ExactGroups.KnownRow] = []
            /// For which rows one of the former stands, by its place: all had the same key in the last run, and have
            /// it still.
            package fileprivate(set) var represented: [RowPlace: ExactGroups.Rows] = [:]
            /// How many groups they are.
            package fileprivate(set) var groups = 0
            /// How many rows have those keys.
            package fileprivate(set) var members = 0
        }

        /// Which rows of groups are to be compared.
        ///
        /// The rows of a group that was one in the last run have the same key, as was seen then.
        ///
        /// - Parameters:
        ///   - number: The number of the hash to begin with; then that to go on with.
        ///   - size: About how many rows are to be read at the most.
        ///   - leaders: The hashes of groups whose keys are wanted also where no row came to them.
        /// - Returns: The rows, all of a hash among them; `nil` where there are no more.
        package func comparison(
            from number: inout Int, of size: Int, leaders: Set<UInt64>
        ) -> Comparison? {
            var comparison = Comparison()
            while number < after.count, comparison.places.count < size {
                add(number, to: &comparison, leaders: leaders)
                number += 1
            }
            return comparison.groups > 0 ? comparison : nil
        }

        /// Adds the rows of a hash, where they are to be compared.
        private func add(_ number: Int, to comparison: inout Comparison, leaders: Set<UInt64>) {
            let group = members[starts[number]..<starts[number + 1]]
            guard
                group.contains(where: \.isChanged)
                    || !group.isEmpty && leaders.contains(hashes[number])
            else { return }
            comparison.groups += 1
            comparison.members += group.count
            let isKnown = before[number] > limit
            var one: (place: RowPlace, standsFor: ExactGroups.Rows)?
            for member in group {
                let place = RowPlace(number: member.place)
                if isKnown, !member.isChanged {
                    if one != nil {
                        one?.standsFor.add(.init(place))
                        continue
                    }
                    one = (place, .init(place))
                }
                if let key = key(of: member) {
                    comparison.known.append(.init(place: place, hash: hashes[number], key: key))
                } else {
                    comparison.places.append(place)
                }
            }
            if let one { comparison.represented[one.place] = one.standsFor }
        }
    }

    /// Finds the rows that share a key with a changed row, or have one of the largest groups' keys.
    ///
    /// - Parameters:
    ///   - grouping: Which grouping.
    ///   - limit: The largest count that a group may have.
    ///   - leaders: The hashes of the largest groups' keys.
    /// - Returns: The keys and the rows.
    /// - Throws: That what was kept is damaged.
    package func sharedKeys(
        _ grouping: Int, above limit: Int, leaders: [UInt64]
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
        for holders in kept {
            for holder in holders {
                if holder.wasSo { before[Int(holder.number)] += 1 }
                if holder.isSo { after[Int(holder.number)] += 1 }
            }
        }
        for new in new {
            index.each(in: new.block.rows.column(column), new.block.count) { _, number in
                after[number] += 1
            }
        }
        var starts = [0]
        starts.reserveCapacity(after.count + 1)
        for count in after { starts.append(starts[starts.count - 1] + (count > limit ? count : 0)) }
        var members = Array(repeating: SharedKeys.Member(), count: starts[after.count])
        var next = starts
        func add(_ member: SharedKeys.Member, to number: Int) {
            guard after[number] > limit else { return }
            members[next[number]] = member
            next[number] += 1
        }
        for holders in kept {
            for holder in holders where holder.isSo {
                add(.init(place: holder.place), to: Int(holder.number))
            }
        }
        for (block, new) in new.enumerated() {
            let places = new.block.rows.column(KeptLayout.place)
            index.each(in: new.block.rows.column(column), new.block.count) { row, number in
                let changed = UInt32(block * KeptBlock.capacity + row + 1)
                add(.init(place: places[row], changed: changed), to: number)
            }
        }
        return SharedKeys(
            hashes: index.hashes, before: before, after: after, limit: limit, members: members,
            starts: starts, new: new, grouping: grouping)
    }
}

/// The first places of rows that have a bit set in a plane.
private struct FirstPlaces {
    let plane: Int
    private(set) var places: [UInt64] = []

    init(plane: Int) { self.plane = plane }

    /// The last of them, where there are as many as are wanted.
    private var last: UInt64? { places.count == StreamTally.placesKept ? places.last : nil }

    /// Whether rows from a place on may be among them.
    func mayTake(from place: UInt64) -> Bool { last.map { place <= $0 } ?? true }

    /// Takes those among some rows, but for those that are no longer so.
    mutating func add(_ rows: KeptRows, without gone: UnsafeBufferPointer<UInt64>?) {
        let words = rows.plane(plane)
        let all = rows.column(KeptLayout.place)
        let last = last
        var own: [UInt64] = []
        for word in 0..<(rows.count + 63) / 64 {
            var bits = words[word] & ~(gone?[word] ?? 0)
            while bits != 0 {
                let place = all[word << 6 + bits.trailingZeroBitCount]
                if last.map({ place < $0 }) ?? true { own.append(place) }
                bits &= bits - 1
            }
        }
        guard !own.isEmpty else { return }
        places = Array((places + own).sorted().prefix(StreamTally.placesKept))
    }
}

/// A row that holds one of some hashes.
private struct Holder: Sendable {
    let place: UInt64
    /// The number of the hash.
    let number: UInt32
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
                    place: places[row], number: UInt32(number), wasSo: !gone.isSet(row),
                    isSo: !goneNow.isSet(row)))
        }
        return holders
    }
}
