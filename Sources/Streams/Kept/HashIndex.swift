/// Hashes that are looked for in columns of millions, each with a number.
///
/// Unchecked: nothing of it changes once it is made.
final class HashIndex: @unchecked Sendable {
    /// The hashes, each once.
    let hashes: [UInt64]
    private let filter: UnsafeMutablePointer<UInt64>
    private let filterMask: UInt64
    private let table: UnsafeMutablePointer<Entry>
    private let tableMask: UInt64

    private struct Entry {
        let hash: UInt64
        /// Below zero where there is none.
        let number: Int
    }

    /// Creates an index; a hash that stands there twice is taken once.
    init(_ all: [UInt64]) {
        // Three of sixteen bits a hash, in one word, keep all but one of a hundred others from the table.
        let bits = max(1_024, (all.count * 16).roundedUpToPowerOfTwo)
        filterMask = UInt64(bits / 64 - 1)
        filter = .allocate(capacity: bits / 64)
        filter.initialize(repeating: 0, count: bits / 64)
        let slots = max(64, (all.count * 2).roundedUpToPowerOfTwo)
        tableMask = UInt64(slots - 1)
        table = .allocate(capacity: slots)
        table.initialize(repeating: Entry(hash: 0, number: -1), count: slots)
        var hashes: [UInt64] = []
        hashes.reserveCapacity(all.count)
        for hash in all {
            var slot = Int(hash & tableMask)
            while table[slot].number >= 0, table[slot].hash != hash {
                slot = (slot + 1) & Int(tableMask)
            }
            guard table[slot].number < 0 else { continue }
            table[slot] = Entry(hash: hash, number: hashes.count)
            hashes.append(hash)
            filter[HashIndex.word(of: hash, filterMask)] |= HashIndex.bits(of: hash)
        }
        self.hashes = hashes
    }

    deinit {
        filter.deallocate()
        table.deallocate()
    }

    var isEmpty: Bool { hashes.isEmpty }

    /// Which word of the filter has the bits of a hash.
    @inline(__always)
    private static func word(of hash: UInt64, _ mask: UInt64) -> Int {
        Int(truncatingIfNeeded: hash &>> 20 & mask)
    }

    /// The bits of a hash in its word.
    @inline(__always)
    private static func bits(of hash: UInt64) -> UInt64 {
        1 &<< (hash &>> 46) | 1 &<< (hash &>> 52) | 1 &<< (hash &>> 58)
    }

    /// The number of a hash; `nil` where it is none of these.
    func number(_ hash: UInt64) -> Int? {
        var slot = Int(hash & tableMask)
        while table[slot].number >= 0 {
            if table[slot].hash == hash { return table[slot].number }
            slot = (slot + 1) & Int(tableMask)
        }
        return nil
    }

    /// Tells which rows of a column hold one of the hashes.
    @inline(__always)
    func each(
        in column: UnsafePointer<UInt64>, _ count: Int, _ body: (_ row: Int, _ number: Int) -> Void
    ) {
        for row in 0..<count {
            let hash = column[row]
            let bits = HashIndex.bits(of: hash)
            guard filter[HashIndex.word(of: hash, filterMask)] & bits == bits else { continue }
            if let number = number(hash) { body(row, number) }
        }
    }
}
