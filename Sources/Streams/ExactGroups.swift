/// Rows whose keys have the same hash, grouped by the keys themselves.
package struct ExactGroups {
    /// Rows that share a key.
    package struct Rows: Sendable {
        /// How many they are.
        package private(set) var count = 1
        /// The first of them in the table.
        package private(set) var first: RowPlace
        /// The last of them.
        package private(set) var last: RowPlace

        /// One row.
        package init(_ place: RowPlace) {
            first = place
            last = place
        }

        /// Adds rows with the same key.
        package mutating func add(_ other: Rows) {
            count += other.count
            first = min(first, other.first)
            last = max(last, other.last)
        }
    }

    /// A group.
    package struct Group: Sendable {
        /// Its rows.
        package fileprivate(set) var rows: Rows
        /// How many values were counted once each, where not the rows are.
        fileprivate var values = 0
        /// The hash of their key, as the program makes it.
        package let hash: UInt64
    }

    /// A row whose key is known.
    package struct KnownRow: Sendable {
        let place: RowPlace
        /// The hash by which it came here.
        let hash: UInt64
        let key: ArraySlice<UInt8>
    }

    /// The groups of more rows than are allowed.
    package private(set) var groups = 0
    /// All their rows.
    package private(set) var rows = 0
    /// Whether two keys had the same hash.
    package private(set) var hashesCollide = false

    private let program: StreamProgram
    private let grouping: StreamProgram.Grouping
    private let limit: Int
    private let shown: Int
    private var found: [(key: [UInt8], group: Group)] = []

    /// Creates a count of nothing.
    ///
    /// - Parameters:
    ///   - program: What the rows hold, and by what they are grouped: its first grouping.
    ///   - limit: The largest count that a group may have.
    ///   - shown: How many groups are kept.
    package init(_ program: StreamProgram, limit: Int, shown: Int) {
        self.program = program
        grouping = program.groupings[0]
        self.limit = limit
        self.shown = shown
    }

    /// The largest groups, the largest first, equals by their keys.
    package var largest: [Group] { found.map(\.group) }

    /// Repeated entries of one partition, of which no other has a row.
    package struct Batch {
        /// How many rows it was given.
        package private(set) var rows = 0
        fileprivate let run: StreamProgram.Run
        fileprivate var groups: [Member] = []
        /// The first group of each hash.
        private var firsts: [UInt64: Int] = [:]
        /// The keys of all groups, one after the other.
        fileprivate var keys: [UInt8] = []
        private var key: [UInt8] = []
        /// The values that were counted, each behind the number of its group.
        private var counted: Set<Value> = []
        private var value: [UInt8] = []

        private struct Value: Hashable {
            let group: Int
            let bytes: [UInt8]
        }
        private var rowHashes: Set<UInt64> = []
        private let represented: [RowPlace: Rows]
        fileprivate var hashesCollide = false

        fileprivate struct Member {
            var group: Group
            let key: Range<Int>
            /// The next group whose key has the same hash.
            var next: Int?
        }

        fileprivate init(run: StreamProgram.Run, representing represented: [RowPlace: Rows]) {
            self.run = run
            self.represented = represented
        }

        /// Takes rows of one of the table's leaves.
        package mutating func add(
            _ bytes: UnsafeRawBufferPointer, isFirst: Bool, leaf: UInt16,
            of groups: borrowing ExactGroups
        ) throws {
            let (parts, distinct) = (groups.grouping.key, groups.grouping.distinct)
            run.batch.leaf = leaf
            try run.rows(of: bytes, isFirst: isFirst) {
                rows += run.batch.count
                run.withHashes(of: parts) { hashes in
                    for row in 0..<run.batch.count where run.write(parts, of: row, to: &key) {
                        let group = add(run.batch.rowPlace(0, row), hash: hashes[row])
                        guard let distinct, run.write([distinct], of: row, to: &value) else {
                            continue
                        }
                        if counted.insert(Value(group: group, bytes: value)).inserted {
                            self.groups[group].group.values += 1
                        }
                    }
                }
            }
        }

        /// Takes a row whose key need not be read.
        package mutating func add(_ row: KnownRow) {
            rows += 1
            key.removeAll(keepingCapacity: true)
            key += row.key
            _ = add(row.place, hash: row.hash)
        }

        /// Adds a row with the key that was written last, and says to which group.
        ///
        /// - Parameters:
        ///   - place: The row.
        ///   - rowHash: The hash by which it came here.
        /// - Returns: The number of its group.
        private mutating func add(_ place: RowPlace, hash rowHash: UInt64) -> Int {
            let rows = represented[place] ?? Rows(place)
            let hash = key.withUnsafeBytes(ByteHash.hash)
            var last: Int?
            var next = firsts[hash]
            while let index = next {
                if keys[groups[index].key].elementsEqual(key) {
                    groups[index].group.rows.add(rows)
                    return index
                }
                last = index
                next = groups[index].next
            }
            if !rowHashes.insert(rowHash).inserted { hashesCollide = true }
            let start = keys.count
            keys += key
            groups.append(
                Member(
                    group: Group(rows: rows, hash: rowHash),
                    key: start..<keys.count))
            if let last {
                groups[last].next = groups.count - 1
            } else {
                firsts[hash] = groups.count - 1
            }
            return groups.count - 1
        }
    }

    /// An empty batch.
    ///
    /// - Parameter represented: For which rows one is read that has the same key, by its place.
    /// - Returns: The batch.
    package func batch(representing represented: [RowPlace: Rows] = [:]) -> Batch {
        Batch(run: StreamProgram.Run(program), representing: represented)
    }

    /// Takes the groups of a batch whose rows are all there.
    package mutating func add(_ batch: Batch) {
        hashesCollide = hashesCollide || batch.hashesCollide
        let countsRows = grouping.distinct == nil
        for member in batch.groups
        where (countsRows ? member.group.rows.count : member.group.values) > limit {
            groups += 1
            rows += member.group.rows.count
            keep(batch.keys[member.key], member.group)
        }
    }

    private mutating func keep(_ key: ArraySlice<UInt8>, _ group: Group) {
        guard shown > 0 else { return }
        func precedes(_ other: (key: [UInt8], group: Group)) -> Bool {
            if group.rows.count != other.group.rows.count {
                return group.rows.count > other.group.rows.count
            }
            return key.lexicographicallyPrecedes(other.key)
        }
        if found.count == shown, let last = found.last, !precedes(last) { return }
        let index = found.firstIndex(where: precedes) ?? found.count
        found.insert((Array(key), group), at: index)
        if found.count > shown { found.removeLast() }
    }
}
