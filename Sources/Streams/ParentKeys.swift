/// What references of other tables may hold, read from a COPY of the parent's columns.
package struct ParentKeys {
    /// The keys take more memory than there is for them.
    package struct TooLarge: Error, CustomStringConvertible {
        package init() {}

        package var description: String {
            "the values that its references may hold take more than --memory"
        }
    }

    private let run: StreamProgram.Run
    private let key: [Int]
    private let budget: MemoryBudget
    private var taken = 0
    /// How many rows there were.
    package private(set) var rows = 0
    /// The keys read so far.
    package private(set) var keys: ByteSet

    /// Creates an empty set.
    ///
    /// - Parameters:
    ///   - columns: How many columns the COPY has: the key's, and nothing else.
    ///   - expected: How many keys there are, about.
    ///   - budget: What memory there is for keys.
    ///   - hashKey: The key of the members' hashes, where they outlive the run.
    package init(
        columns: Int, expecting expected: Int, budget: MemoryBudget, hashKey: UInt64? = nil
    ) {
        let hashKey = hashKey ?? ByteHash.key
        keys = ByteSet(key: hashKey, expecting: expected)
        run = StreamProgram.Run(StreamProgram(slots: columns, forms: [], key: hashKey))
        key = Array(0..<columns)
        self.budget = budget
    }

    /// Takes the keys of some rows, none of which holds a null.
    package mutating func add(_ bytes: UnsafeRawBufferPointer, isFirst: Bool) throws {
        try run.rows(of: bytes, isFirst: isFirst) { insert() }
        try account()
    }

    /// Takes the keys of the rows of some packs, none of which holds a null.
    ///
    /// - Parameters:
    ///   - bytes: Whole packs.
    ///   - isFirst: Whether they begin with the header of a COPY.
    ///   - packing: How the rows are packed.
    /// - Returns: The first pages of the packs whose rows could not be told apart, and were not taken.
    /// - Throws: ``MalformedCopy``, and ``TooLarge``.
    package mutating func add(
        _ bytes: UnsafeRawBufferPointer, isFirst: Bool, packing: RowPacking
    ) throws -> [Int] {
        let packs = try run.packs(of: bytes, isFirst: isFirst, packing) { insert() }
        try account()
        return packs.filter { !$0.isClear }.map(\.page)
    }

    /// Takes the keys of the batch.
    private mutating func insert() {
        rows += run.batch.count
        guard key.count > 1 else { return keys.insert(run, slot: key[0]) }
        for row in 0..<run.batch.count {
            run.joined(key, of: row).withUnsafeBytes { keys.insert($0) }
        }
    }

    private mutating func account() throws(TooLarge) {
        let more = keys.footprint - taken
        guard !keys.isFull, more <= 0 || budget.take(more) else { throw TooLarge() }
        taken += max(0, more)
    }
}

extension StreamProgram.Run {
    /// Several values of a row as one, which no others make.
    func joined(_ slots: [Int], of row: Int) -> [UInt8] {
        var key: [UInt8] = []
        for slot in slots {
            let value = batch.value(slot, row)
            withUnsafeBytes(of: UInt32(value.count).bigEndian) { key.append(contentsOf: $0) }
            key.append(contentsOf: value)
        }
        return key
    }
}
