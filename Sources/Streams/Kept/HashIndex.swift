/// Hashes that are looked for in columns of millions, each with a number.
///
/// Unchecked: nothing of it changes once it is made.
final class HashIndex: @unchecked Sendable {
    /// The hashes, each once.
    let hashes: [UInt64]
    private let filter: UnsafeMutablePointer<UInt64>
    private let filterMask: UInt64
    private let table: UnsafeMutablePointer<UInt32>
    private let tableMask: UInt64

    /// Creates an index; a hash that stands there twice is taken once.
    init(_ all: [UInt64]) {
        // Sixteen bits a hash keep nineteen of twenty others from the table.
        let bits = max(1_024, (all.count * 16).roundedUpToPowerOfTwo)
        filterMask = UInt64(bits - 1)
        filter = .allocate(capacity: bits / 64)
        filter.initialize(repeating: 0, count: bits / 64)
        let slots = max(64, (all.count * 2).roundedUpToPowerOfTwo)
        tableMask = UInt64(slots - 1)
        table = .allocate(capacity: slots)
        table.initialize(repeating: 0, count: slots)
        var hashes: [UInt64] = []
        for hash in all {
            var slot = hash & tableMask
            while table[Int(slot)] != 0, hashes[Int(table[Int(slot)]) - 1] != hash {
                slot = (slot + 1) & tableMask
            }
            guard table[Int(slot)] == 0 else { continue }
            hashes.append(hash)
            table[Int(slot)] = UInt32(hashes.count)
            let bit = hash >> 20 & filterMask
            filter[Int(bit >> 6)] |= 1 << (bit & 63)
        }
        self.hashes = hashes
    }

    deinit {
        filter.deallocate()
        table.deallocate()
    }

    var isEmpty: Bool { hashes.isEmpty }

    /// The number of a hash; `nil` where it is none of these.
    func number(_ hash: UInt64) -> Int? {
        var slot = hash & tableMask
        while table[Int(slot)] != 0 {
            let number = Int(table[Int(slot)]) - 1
            if hashes[number] == hash { return number }
            slot = (slot + 1) & tableMask
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
            let bit = hash >> 20 & filterMask
            guard filter[Int(bit >> 6)] >> (bit & 63) & 1 != 0 else { continue }
            if let number = number(hash) { body(row, number) }
        }
    }
}
