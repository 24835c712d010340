/// What one connection has counted of a stream so far.
///
/// Unchecked: it is handed from task to task, and only one uses it at a time.
package final class StreamTally: @unchecked Sendable {
    /// Rows that hold, or not, with the first of those that do not.
    package struct Count: Sendable {
        /// How many rows the promise speaks of.
        package fileprivate(set) var scope = 0
        /// How many break it, by sort.
        package fileprivate(set) var parts: [Int]
        /// Where the first of those rows lie, by sort.
        package fileprivate(set) var places: [[RowPlace]]

        init(parts: Int) {
            self.parts = Array(repeating: 0, count: parts)
            places = Array(repeating: [], count: parts)
        }

        /// Adds what was counted elsewhere in the table.
        mutating func add(_ other: Count) {
            scope += other.scope
            for part in parts.indices {
                parts[part] += other.parts[part]
                let all = places[part] + other.places[part]
                places[part] = Array(all.sorted().prefix(StreamTally.placesKept))
            }
        }
    }

    /// So many of a check's rows are known by their place; where there are no more, all are.
    package static let placesKept = 201

    /// How many rows there were.
    package private(set) var rows = 0
    /// By row check.
    package private(set) var rowChecks: [Count]
    /// By reference.
    package private(set) var references: [Count]
    /// The rows that a grouping looks at, by grouping.
    package private(set) var groupings: [Int]
    /// The rows with the largest values, by the number in the program: one where nothing is kept.
    package private(set) var largest: [Leaders]
    /// What the server counted of the rows on the way, if anything.
    package private(set) var answers: [String?]?
    private(set) var keys: [KeyStore]
    /// Into how many parts keys go.
    package let partitions: Int

    /// What keeps what is learned of each row, if anything does.
    package let recorder: KeptRecorder?
    private let program: StreamProgram
    private let parents: [ParentSet]
    let run: StreamProgram.Run
    private let truth: Truth
    private let scope: Truth
    private let hashes: UnsafeMutablePointer<UInt64>

    /// Creates a tally of nothing.
    ///
    /// - Parameters:
    ///   - program: What is evaluated.
    ///   - parents: What references may hold, by the number in the program.
    ///   - partitions: Into how many parts keys go, a power of two.
    ///   - budget: What memory there is for keys.
    ///   - recorder: What keeps what is learned of each row.
    package init(
        _ program: StreamProgram, parents: [ParentSet], partitions: Int, budget: MemoryBudget,
        recorder: KeptRecorder? = nil
    ) {
        self.recorder = recorder
        self.program = program
        self.parents = parents
        self.partitions = partitions
        rowChecks = program.rowChecks.map { Count(parts: $0.parts.count) }
        references = program.references.map { _ in Count(parts: 1) }
        groupings = program.groupings.map { _ in 0 }
        largest = program.largest.map { _ in
            recorder == nil ? Leaders(limit: 1) : Leaders()
        }
        keys = program.groupings.map { _ in KeyStore(partitions: partitions, budget: budget) }
        run = StreamProgram.Run(program)
        truth = .allocate(capacity: RowBatch.capacity)
        scope = .allocate(capacity: RowBatch.capacity)
        hashes = .allocate(capacity: RowBatch.capacity)
        hashes.initialize(repeating: 0, count: RowBatch.capacity)
    }

    deinit {
        truth.deallocate()
        scope.deallocate()
        hashes.deallocate()
    }

    /// Counts the rows of some bytes.
    ///
    /// - Parameters:
    ///   - bytes: Whole rows of a COPY in its binary format.
    ///   - isFirst: Whether they begin with its header.
    ///   - leaf: The number of the table that they lie in.
    /// - Throws: ``MalformedCopy``, and what keeps keys from being stored.
    package func add(_ bytes: UnsafeRawBufferPointer, isFirst: Bool, leaf: UInt16) throws {
        run.batch.leaf = leaf
        try run.rows(of: bytes, isFirst: isFirst) { try count() }
    }

    /// Counts the rows of some packs, and keeps what the server counted of them.
    ///
    /// - Parameters:
    ///   - bytes: Whole packs.
    ///   - isFirst: Whether they begin with the header of a COPY.
    ///   - leaf: The number of the table that they lie in.
    ///   - packing: How the rows are packed.
    ///   - combine: Makes one of the answers for several parts of the table.
    /// - Returns: The first pages of the packs whose rows could not be told apart, and were not counted.
    /// - Throws: ``MalformedCopy``, and what keeps keys from being stored.
    package func add(
        _ bytes: UnsafeRawBufferPointer, isFirst: Bool, leaf: UInt16, packing: RowPacking,
        combine: ([[String?]]) -> [String?]
    ) throws -> [Int] {
        run.batch.leaf = leaf
        let packs = try run.packs(of: bytes, isFirst: isFirst, packing) { try count() }
        let found = packs.map(\.answers)
        if !found.isEmpty { answers = combine((answers.map { [$0] } ?? []) + found) }
        return packs.filter { !$0.isClear }.map(\.page)
    }

    /// Counts the rows of the batch.
    func count() throws {
        rows += run.batch.count
        for index in program.rowChecks.indices { countRows(index) }
        for index in program.references.indices { countReferences(index) }
        for index in program.groupings.indices { try gatherKeys(index) }
        for (index, one) in program.largest.enumerated() {
            run.evaluate(one.scope, into: scope)
            largest[index].add(run, slot: one.slot, scope: scope)
        }
        recorder?.end(run)
    }

    /// Adds what another connection has counted, but for its keys.
    package func add(_ other: StreamTally) {
        rows += other.rows
        for index in rowChecks.indices { rowChecks[index].add(other.rowChecks[index]) }
        for index in references.indices { references[index].add(other.references[index]) }
        for index in groupings.indices { groupings[index] += other.groupings[index] }
    }

    private func countRows(_ index: Int) {
        let check = program.rowChecks[index]
        run.evaluate(check.scope, into: scope)
        let inScope = sum(scope)
        rowChecks[index].scope += inScope
        guard inScope > 0 else { return }
        recorder?.noteScope(index, scope, run.batch.count)
        for (part, test) in check.parts.enumerated() {
            run.evaluate(test, into: truth)
            for row in 0..<run.batch.count { truth[row] &= scope[row] }
            recorder?.notePart(part, of: index, truth, run.batch.count)
            note(&rowChecks[index], part)
        }
    }

    private func countReferences(_ index: Int) {
        let reference = program.references[index]
        let parent = parents[reference.parent]
        run.evaluate(reference.scope, into: scope)
        references[index].scope += sum(scope)
        recorder?.noteReference(index, run, scope: scope)
        if reference.key.count == 1 {
            truth.update(from: scope, count: run.batch.count)
            parent.keepMissing(in: run, slot: reference.key[0], rows: truth)
        } else {
            for row in 0..<run.batch.count {
                truth[row] = 0
                guard scope[row] != 0 else { continue }
                let key = run.joined(reference.key, of: row)
                truth[row] = parent.contains(key) ? 0 : 1
            }
        }
        recorder?.noteMissing(index, truth, run.batch.count)
        note(&references[index], 0)
    }

    private func gatherKeys(_ index: Int) throws {
        let grouping = program.groupings[index]
        run.evaluate(grouping.scope, into: scope)
        groupings[index] += sum(scope)
        recorder?.noteScope(ofGrouping: index, scope, run.batch.count)
        for (number, part) in grouping.key.enumerated() {
            run.addHash(of: part, to: hashes, isFirst: number == 0, truth: scope)
        }
        recorder?.noteGrouping(index, hashes, truth: scope, run.batch.count)
        recorder?.noteKeys(ofGrouping: index, run, scope: scope)
        let store = keys[index]
        for row in 0..<run.batch.count where scope[row] != 0 {
            try store.append(KeyEntry(hash: hashes[row], place: run.batch.rowPlace(0, row)))
        }
    }

    private func sum(_ truth: Truth) -> Int {
        var sum = 0
        for row in 0..<run.batch.count { sum += Int(truth[row]) }
        return sum
    }

    private func note(_ count: inout Count, _ part: Int) {
        let found = sum(truth)
        guard found > 0 else { return }
        count.parts[part] += found
        // Pieces of a table come in any order, and each piece in that of its rows.
        let last = count.places[part].count < StreamTally.placesKept ? nil : count.places[part].last
        var own: [RowPlace] = []
        for row in 0..<run.batch.count where truth[row] != 0 {
            let place = run.batch.rowPlace(0, row)
            if let last, place > last { break }
            own.append(place)
            if own.count == StreamTally.placesKept { break }
        }
        guard !own.isEmpty else { return }
        count.places[part] = Array(
            (count.places[part] + own).sorted().prefix(StreamTally.placesKept))
    }
}

extension [StreamTally] {
    /// The keys of a partition whose hash stands more often than a limit.
    package func repeated(
        grouping: Int, partition: Int, above limit: Int
    ) throws -> [KeyEntry] {
        try KeyStore.repeated(partition, of: map { $0.keys[grouping] }, above: limit)
    }
}
