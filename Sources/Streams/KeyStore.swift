import Glibc

/// The hash of a row's key, and where the row lies.
package struct KeyEntry: Sendable {
    package let hash: UInt64
    package let place: RowPlace
}

/// The keys of a stream, parted by their hashes: in memory as far as the budget goes, else in a file that
/// has no name and goes with the process.
///
/// It holds hashes and places of rows, no values.
final class KeyStore {
    private typealias Block = UnsafeMutablePointer<KeyEntry>

    /// How many entries a block holds: 32 KiB.
    private static let blockSize = 2_048
    private static let blockBytes = blockSize * MemoryLayout<KeyEntry>.stride

    let partitions: Int
    private let shift: UInt64
    private let budget: MemoryBudget
    private var taken = 0
    private let open: UnsafeMutablePointer<Block>
    private let fill: UnsafeMutablePointer<Int>
    private var full: [[Block]]
    /// Where in the file each block of a partition begins.
    private var spilled: [[Int]]
    private var file: SpillFile?

    /// Creates an empty store.
    ///
    /// - Parameters:
    ///   - partitions: How many parts there are, a power of two.
    ///   - budget: What the blocks are taken from; one a partition there has to be.
    init(partitions: Int, budget: MemoryBudget) {
        self.partitions = partitions
        shift = UInt64(64 - partitions.trailingZeroBitCount)
        self.budget = budget
        open = .allocate(capacity: partitions)
        fill = .allocate(capacity: partitions)
        for partition in 0..<partitions { open[partition] = .allocate(capacity: Self.blockSize) }
        fill.initialize(repeating: 0, count: partitions)
        taken = partitions * Self.blockBytes
        budget.reserve(taken)
        full = Array(repeating: [], count: partitions)
        spilled = Array(repeating: [], count: partitions)
    }

    deinit {
        for partition in 0..<partitions { open[partition].deallocate() }
        for block in full.joined() { block.deallocate() }
        open.deallocate()
        fill.deallocate()
        budget.giveBack(taken)
    }

    /// Adds a key.
    @inline(__always)
    func append(_ entry: KeyEntry) throws {
        let partition = partitions == 1 ? 0 : Int(truncatingIfNeeded: entry.hash >> shift)
        let index = fill[partition]
        (open[partition] + index).initialize(to: entry)
        fill[partition] = index + 1
        if index + 1 == Self.blockSize { try takeFullBlock(partition) }
    }

    private func takeFullBlock(_ partition: Int) throws {
        fill[partition] = 0
        if budget.take(Self.blockBytes) {
            taken += Self.blockBytes
            full[partition].append(open[partition])
            open[partition] = .allocate(capacity: Self.blockSize)
            return
        }
        let file = try file ?? SpillFile()
        self.file = file
        let bytes = UnsafeRawBufferPointer(start: open[partition], count: Self.blockBytes)
        spilled[partition].append(try file.append(bytes))
    }

    /// How many keys stand in a partition.
    func count(_ partition: Int) -> Int {
        (full[partition].count + spilled[partition].count) * Self.blockSize + fill[partition]
    }

    /// Copies the keys of a partition, and forgets those in memory.
    fileprivate func move(_ partition: Int, to target: UnsafeMutablePointer<KeyEntry>) throws {
        var target = target
        for block in full[partition] {
            target.update(from: block, count: Self.blockSize)
            block.deallocate()
            target += Self.blockSize
        }
        let freed = full[partition].count * Self.blockBytes
        budget.giveBack(freed)
        taken -= freed
        full[partition] = []
        for offset in spilled[partition] {
            try file?.read(
                at: offset,
                into: UnsafeMutableRawBufferPointer(start: target, count: Self.blockBytes))
            target += Self.blockSize
        }
        target.update(from: open[partition], count: fill[partition])
    }

    /// The entries of a partition whose hash stands more often than a limit, over several stores.
    static func repeated(
        _ partition: Int, of stores: [KeyStore], above limit: Int = 1
    ) throws -> [KeyEntry] {
        let count = stores.reduce(0) { $0 + $1.count(partition) }
        guard count > limit else { return [] }
        let entries = UnsafeMutablePointer<KeyEntry>.allocate(capacity: count)
        defer { entries.deallocate() }
        var end = entries
        for store in stores {
            let own = store.count(partition)
            try store.move(partition, to: end)
            end += own
        }
        // For each slot the number of the first entry with its hash, from 1.
        let size = (count * 2).roundedUpToPowerOfTwo
        let working = count * (MemoryLayout<KeyEntry>.stride + 8) + size * 4
        stores[0].budget.reserve(working)
        defer { stores[0].budget.giveBack(working) }
        let mask = UInt64(size - 1)
        let table = UnsafeMutablePointer<UInt32>.allocate(capacity: size)
        // For each entry the first with its hash, and how many that one stands for.
        let firsts = UnsafeMutablePointer<UInt32>.allocate(capacity: count)
        let counts = UnsafeMutablePointer<UInt32>.allocate(capacity: count)
        table.initialize(repeating: 0, count: size)
        counts.initialize(repeating: 0, count: count)
        defer {
            table.deallocate()
            firsts.deallocate()
            counts.deallocate()
        }
        for index in 0..<count {
            let hash = entries[index].hash
            var slot = hash & mask
            while true {
                let first = Int(table[Int(slot)])
                if first == 0 { table[Int(slot)] = UInt32(index + 1) }
                let own = first == 0 ? index : first - 1
                if entries[own].hash == hash {
                    firsts[index] = UInt32(own)
                    counts[own] += 1
                    break
                }
                slot = (slot + 1) & mask
            }
        }
        var found: [KeyEntry] = []
        for index in 0..<count where counts[Int(firsts[index])] > limit {
            found.append(entries[index])
        }
        return found
    }
}

extension Int {
    /// The smallest power of two that is not below it.
    package var roundedUpToPowerOfTwo: Int {
        self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
    }
}
