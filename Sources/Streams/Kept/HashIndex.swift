/// Hashes that are looked for in columns of millions, each with a number.
///
/// Unchecked: nothing of it changes once it is made.
final class HashIndex: @unchecked Sendable {
    /// The hashes, each once.
    let hashes: [UInt64]
    private let filter: UnsafeMutablePointer<UInt64>
    private let filterMask: UInt64
    /// The hashes by where the search for them begins; 0, which is none as they are kept, where there is none.
    private let slots: UnsafeMutablePointer<UInt64>
    private let slotMask: Int
    /// By slot, the number of its hash.
    private let numbers: UnsafeMutablePointer<UInt32>

    /// Creates an index; a hash that stands there twice is taken once.
    init(_ all: [UInt64]) {
        // Three of sixteen bits a hash, in one word, keep all but one of a hundred others from the slots.
        let bits = max(1_024, (all.count * 16).roundedUpToPowerOfTwo)
        filterMask = UInt64(bits / 64 - 1)
        filter = .allocate(capacity: bits / 64)
        filter.initialize(repeating: 0, count: bits / 64)
        let count = max(64, (all.count * 5 / 4).roundedUpToPowerOfTwo)
        slotMask = count - 1
        slots = .allocate(capacity: count)
        slots.initialize(repeating: 0, count: count)
        numbers = .allocate(capacity: count)
        numbers.initialize(repeating: 0, count: count)
        var hashes: [UInt64] = []
        hashes.reserveCapacity(all.count)
        for hash in all {
            let slot = HashIndex.slot(of: hash, slots, slotMask)
            guard slots[slot] == 0 else { continue }
            slots[slot] = hash
            numbers[slot] = UInt32(hashes.count)
            hashes.append(hash)
            filter[HashIndex.word(of: hash, filterMask)] |= HashIndex.bits(of: hash)
        }
        self.hashes = hashes
    }

    deinit {
        filter.deallocate()
        slots.deallocate()
        numbers.deallocate()
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

    /// The slot of a hash, or the empty one that ends the search for it.
    @inline(__always)
    private static func slot(
        of hash: UInt64, _ slots: UnsafeMutablePointer<UInt64>, _ mask: Int
    ) -> Int {
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != hash, slots[slot] != 0 { slot = (slot + 1) & mask }
        return slot
    }

    /// The number of a hash; `nil` where it is none of these.
    func number(_ hash: UInt64) -> Int? {
        let slot = HashIndex.slot(of: hash, slots, slotMask)
        return slots[slot] == 0 ? nil : Int(numbers[slot])
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
