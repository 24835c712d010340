import Dispatch
import Synchronization

/// A state that is brought up to date: what rows had counted is taken back, and what they count now added.
///
/// Unchecked: nobody looks at it while a task changes it; several may look side by side.
package final class KeptUpdate: @unchecked Sendable {
    let state: KeptState
    let layout: KeptLayout
    /// The blocks of all files.
    let blocks: [Block]
    private(set) var superseded: [UInt64]
    /// By grouping, the hashes of the keys that removed rows had.
    private(set) var removedKeys: [[UInt64]]
    private(set) var new: [NewBlock] = []
    /// What is counted so far.
    package private(set) var counts: KeptState.Counts

    /// Memory for blocks that nobody looks at any more.
    private let buffers = Mutex<[KeptBuffer]>([])

    /// Memory for a block, which is given back: to get new memory for each takes as long as to read it.
    func borrow() -> KeptBuffer { buffers.withLock { $0.popLast() } ?? KeptBuffer(layout) }

    /// Takes memory back that ``borrow()`` gave.
    func giveBack(_ buffer: KeptBuffer) { buffers.withLock { $0.append(buffer) } }

    /// A block of rows in a file.
    struct Block: Sendable {
        let file: KeptReader
        /// Its number in the file.
        let number: Int
        /// Where the words begin that have a bit for each of its rows.
        let offset: Int

        /// What is known of it beforehand.
        var entry: KeptDirectory.Block { file.directory.blocks[number] }

        /// Reads parts of its rows; see ``KeptReader/read(_:columns:planes:into:)``.
        func read(
            _ columns: [Int], planes: Bool = false, into buffer: KeptBuffer
        ) throws(KeptDoubt) -> KeptRows {
            try file.read(number, columns: columns, planes: planes, into: buffer)
        }
    }

    /// A block of rows as they are now.
    ///
    /// Unchecked: nobody writes to the block any more.
    struct NewBlock: @unchecked Sendable {
        let block: KeptBlock
        /// How many rows come before it of those whose keys these are.
        let first: Int
        /// By grouping, the keys of rows; none where they were not kept.
        let keys: [RowKeys]?
    }

    /// Begins with a state as it was kept.
    ///
    /// - Parameters:
    ///   - state: The state.
    ///   - files: Its files.
    ///   - program: What its rows were evaluated by.
    /// - Throws: That a file is gone.
    package init(
        _ state: KeptState, files: [KeptFile], program: StreamProgram
    ) throws(KeptDoubt) {
        self.state = state
        layout = KeptLayout(program)
        var blocks: [Block] = []
        var offset = 0
        for file in files {
            let reader = try file.opened()
            for (number, block) in file.directory.blocks.enumerated() {
                blocks.append(Block(file: reader, number: number, offset: offset))
                offset += block.words
            }
        }
        self.blocks = blocks
        superseded = state.superseded
        removedKeys = Array(repeating: [], count: layout.groupings.count)
        counts = state.counts
    }

    // MARK: What is taken back

    /// Which of the keys that a log names were those of rows when the state was kept.
    package struct FormerKeys {
        fileprivate let index: HashIndex
        fileprivate let were: [Bool]

        /// Holds what the log says against what is known of the rows before and now.
        ///
        /// - Parameters:
        ///   - keys: What the log says.
        ///   - present: What was learned of the rows that are there now.
        ///   - isExact: Whether the log holds no more than what happened since the state was kept.
        /// - Throws: A doubt where they do not fit together.
        package func compare(
            _ keys: ChangedKeys, _ present: [StreamTally], isExact: Bool
        ) throws(KeptDoubt) {
            var isPresent = [Bool](repeating: false, count: were.count)
            for block in present.keptBlocks {
                for hash in block.keys {
                    guard let number = index.number(hash) else {
                        throw KeptDoubt("a row has changed that its change log does not name")
                    }
                    isPresent[number] = true
                }
            }
            guard isExact else { return }
            for (number, changes) in keys.changes.enumerated() {
                let was = were[number]
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
    }

    /// Takes back the rows of keys that the log names.
    ///
    /// - Parameter keys: The keys.
    /// - Returns: Which of them there were.
    /// - Throws: A doubt where they cannot be told apart, or what was kept is damaged.
    package func remove(_ keys: ChangedKeys) throws(KeptDoubt) -> FormerKeys {
        let index = HashIndex(keys.hashes)
        let collision = KeptDoubt("two of its keys cannot be told apart by what was kept")
        guard index.hashes.count == keys.hashes.count else { throw collision }
        var found = [UInt8](repeating: 0, count: index.hashes.count)
        try eachLive(KeptLayout.key, index) { found[$0] = min(2, found[$0] + 1) }
        guard found.allSatisfy({ $0 <= 1 }) else { throw collision }
        return FormerKeys(index: index, were: found.map { $0 == 1 })
    }

    /// Takes back the rows that refer to what came or went in another table.
    ///
    /// - Parameter changed: The hashes of what came or went, by reference.
    /// - Returns: Where those rows lie, which are to be read again.
    /// - Throws: That what was kept is damaged.
    package func remove(referringTo changed: [[UInt64]]) throws(KeptDoubt) -> [RowPlace] {
        let before = superseded
        for (reference, hashes) in changed.enumerated() where !hashes.isEmpty {
            let index = HashIndex(hashes.map(\.kept))
            try eachLive(layout.column(ofReference: reference), index) { _ in }
        }
        var places: [UInt64] = []
        let buffer = borrow()
        defer { giveBack(buffer) }
        for block in blocks {
            let words = block.offset..<block.offset + block.entry.words
            guard !superseded[words].elementsEqual(before[words]) else { continue }
            let (now, then) = (superseded[words], before[words])
            let column = try block.read([KeptLayout.place], into: buffer).column(KeptLayout.place)
            for row in 0..<block.entry.count where now.isSet(row) && !then.isSet(row) {
                places.append(column[row])
            }
        }
        return places.sorted().map { RowPlace(number: $0) }
    }

    /// Finds the rows that are so at present and have one of the hashes in a column, and takes them back.
    private func eachLive(
        _ column: Int, _ index: HashIndex, _ body: (Int) -> Void
    ) throws(KeptDoubt) {
        guard !index.isEmpty else { return }
        let others = layout.groupings.indices.map(layout.column(ofGrouping:))
        let found = try eachBlock { (block, buffer) throws(KeptDoubt) in
            let live = LiveRows(
                index, column, try block.read([column], into: buffer),
                gone: superseded[block.offset...])
            guard !live.isEmpty else { return (live, nil as Share?) }
            let rows = try block.read(others, planes: true, into: buffer)
            return (live, Share(live, of: rows, layout))
        }
        for (block, (live, share)) in zip(blocks, found) {
            guard let share else { continue }
            takeBack(share)
            for (word, bits) in live.mask.enumerated() { superseded[block.offset + word] |= bits }
            live.numbers.forEach(body)
        }
    }

    /// What is found in each block; all processors look, each at blocks of its own.
    func eachBlock<Value: Sendable>(
        _ look: @Sendable (Block, KeptBuffer) throws(KeptDoubt) -> Value
    ) throws(KeptDoubt) -> [Value] {
        var results = [Result<Value, KeptDoubt>?](repeating: nil, count: blocks.count)
        results.withUnsafeMutableBufferPointer {
            // Each block has a place of its own.
            nonisolated(unsafe) let results = $0
            DispatchQueue.concurrentPerform(iterations: results.count) { number in
                results[number] = Result { () throws(KeptDoubt) in
                    let buffer = borrow()
                    defer { giveBack(buffer) }
                    return try look(blocks[number], buffer)
                }
            }
        }
        var values: [Value] = []
        for result in results { if let result { values.append(try result.get()) } }
        return values
    }

    /// Takes back what some rows have counted.
    private func takeBack(_ share: Share) {
        counts.subtract(share.counts)
        for index in removedKeys.indices { removedKeys[index] += share.keys[index] }
    }

    // MARK: What is added

    /// Adds rows as they are now.
    package func add(_ tally: StreamTally) {
        guard let recorder = tally.recorder else { return }
        recorder.finish()
        var first = 0
        for block in recorder.blocks {
            new.append(NewBlock(block: block, first: first, keys: recorder.rowKeys))
            first += block.count
        }
        counts.add(KeptState.Counts(tally))
    }

    /// Those of some rows that are as they were when the state was kept.
    package func unchanged(of places: [RowPlace]) throws(KeptDoubt) -> [RowPlace] {
        let wanted = places.map(\.number)
        var found: Set<UInt64> = []
        let buffer = borrow()
        defer { giveBack(buffer) }
        for block in blocks {
            let range = block.entry.firstPlace...block.entry.lastPlace
            let here = Set(wanted.lazy.filter(range.contains))
            guard let first = here.min(), let last = here.max() else { continue }
            let column = try block.read([KeptLayout.place], into: buffer).column(KeptLayout.place)
            let gone = superseded[block.offset...]
            for row in 0..<block.entry.count
            where column[row] >= first && column[row] <= last && here.contains(column[row])
                && !gone.isSet(row)
            {
                found.insert(column[row])
            }
        }
        return places.filter { found.contains($0.number) }
    }

    // MARK: What is kept now

    /// The files of the rows as they are now.
    package struct Files: Sendable {
        fileprivate let files: [KeptState.File]
        fileprivate let superseded: [UInt64]
    }

    /// Writes the new rows into a file of their own.
    ///
    /// Rows of earlier files go into it that are no more than it has, so that there are few files, and what is
    /// no longer so leaves them in time.
    ///
    /// - Parameters:
    ///   - name: The name of the file.
    ///   - writer: Writes it.
    /// - Returns: The files that there are now.
    /// - Throws: That it could not be written, or what was kept before is damaged.
    package func files(adding name: String, _ writer: KeptWriter) throws -> Files {
        for new in new { try writer.append(new.block) }
        var rows = new.reduce(0) { $0 + $1.block.count }
        var kept = state.files
        var blocks = blocks[...]
        let joined = KeptBlock(layout)
        let buffer = borrow()
        defer { giveBack(buffer) }
        while kept.count > 1, let last = kept.last?.directory {
            let live = blocks.suffix(last.blocks.count).map { (block: $0, rows: self.live($0)) }
            let count = live.reduce(0) { $0 + $1.rows.reduce(0) { $0 + $1.count } }
            guard count <= rows else { break }
            for (block, own) in live { try move(own, of: block, to: joined, writer, buffer) }
            rows += count
            blocks.removeLast(live.count)
            kept.removeLast()
        }
        try writer.append(joined)
        if rows > 0 {
            kept.append(.init(name: name, directory: try writer.finish()))
        } else {
            writer.discard()
        }
        let words = kept.reduce(0) { $0 + $1.directory.words }
        let same = superseded.prefix(blocks.last.map { $0.offset + $0.entry.words } ?? 0)
        return Files(
            files: kept, superseded: same + Array(repeating: 0, count: words - same.count))
    }

    /// The state as it is now, but for what references may hold.
    ///
    /// - Parameters:
    ///   - files: The files of its rows.
    ///   - snapshot: What the run saw.
    ///   - groupings: The groups there are now.
    ///   - largest: The rows with the largest values now.
    /// - Returns: The state.
    package func state(
        of files: Files, snapshot: String, groupings: [KeptState.Grouping],
        largest: [KeptState.Largest]
    ) -> KeptState {
        KeptState(
            fingerprint: state.fingerprint, snapshot: snapshot, taken: state.taken,
            files: files.files, counts: counts, superseded: files.superseded,
            parents: state.parents,
            groupings: groupings, largest: largest)
    }

    /// Adds rows of a block to another one, which is written whenever it is full.
    private func move(
        _ rows: [Range<Int>], of block: Block, to target: KeptBlock, _ writer: KeptWriter,
        _ buffer: KeptBuffer
    ) throws {
        let source = try block.read(Array(0..<layout.columns), planes: true, into: buffer)
        for run in rows {
            var left = run
            while !left.isEmpty {
                let fitting = left.prefix(KeptBlock.capacity - target.count)
                target.append(fitting, of: source)
                left = left.dropFirst(fitting.count)
                guard target.count == KeptBlock.capacity else { continue }
                try writer.append(target)
                target.clear()
            }
        }
    }

    /// The rows of a block that are so at present, those that follow each other together.
    private func live(_ block: Block) -> [Range<Int>] {
        let gone = superseded[block.offset...]
        var live: [Range<Int>] = []
        var start = 0
        for row in 0..<block.entry.count where gone.isSet(row) {
            if start < row { live.append(start..<row) }
            start = row + 1
        }
        if start < block.entry.count { live.append(start..<block.entry.count) }
        return live
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
