/// Texts or other values by their bytes, each once, and whether one is among them: exactly, not by hash.
///
/// A look-up reads two places in memory: a slot of eight bytes, and the member with its length before it.
package struct ByteSet: Sendable {
    /// All members, one after the other, each behind its length.
    private var bytes: [UInt8] = []
    /// The upper half of a member's hash, and where it begins and one more; 0 where no member is.
    private var table: [UInt64]
    /// How far a hash is shifted to the number of the slot where the search begins.
    private var shift: Int
    /// The key of the members' hashes.
    private let key: UInt64
    /// How many members it will have, about.
    private let expected: Int
    /// How many members it has.
    package private(set) var count = 0

    /// An empty set.
    ///
    /// - Parameters:
    ///   - key: The key of its hashes, where they are compared with those of a program that has the same.
    ///   - expected: How many members it will have, about: so many it takes without growing.
    package init(key: UInt64? = nil, expecting expected: Int = 0) {
        self.key = key ?? ByteHash.key
        self.expected = expected
        let slots = max(64, expected * 2).roundedUpToPowerOfTwo
        table = Array(repeating: 0, count: slots)
        shift = UInt64.bitWidth - slots.trailingZeroBitCount
    }

    /// A set of these texts.
    package init(_ texts: some Sequence<String>) {
        self.init()
        for var text in texts {
            text.withUTF8 { insert(UnsafeRawBufferPointer($0)) }
        }
    }

    /// About how many bytes of memory it takes.
    package var footprint: Int {
        bytes.capacity + table.capacity * MemoryLayout<UInt64>.stride
    }

    /// The digests of all members.
    package var digests: DigestSet {
        var digests: [(hash: UInt64, other: UInt64)] = []
        digests.reserveCapacity(count)
        bytes.withUnsafeBytes { bytes in
            for entry in table where entry != 0 {
                let member = bytes.member(at: entry.start)
                digests.append(
                    (ByteHash.hash(member, key: key), ByteHash.secondHash(member, key: key)))
            }
        }
        // The slots stand in the order of the hashes, but for what had to give way to others.
        return DigestSet(nearlySorted: digests, key: key)
    }

    /// Whether no more can be added: places are counted in 32 bits, and so are slots.
    var isFull: Bool { bytes.count > Int(UInt32.max) / 2 }

    /// Adds a member.
    mutating func insert(_ value: UnsafeRawBufferPointer) {
        insert(value, hash: ByteHash.hash(value, key: key), found: 0)
    }

    /// Adds a value of each row of a batch, as if one after the other; the slots they hash to are waited for at once,
    /// as in ``keepMissing(in:slot:rows:)``.
    ///
    /// - Parameters:
    ///   - run: The batch, which hashes with the key that the set has.
    ///   - slot: The values, none of which is null.
    mutating func insert(_ run: StreamProgram.Run, slot: Int) {
        let count = run.batch.count
        let hashes = run.hashes(slot)
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: count) { found in
            for row in 0..<count {
                let first = Int(truncatingIfNeeded: hashes[row] >> shift)
                found.initializeElement(at: row, to: table[first])
            }
            for row in 0..<count {
                insert(run.batch.value(slot, row), hash: hashes[row], found: found[row])
            }
        }
    }

    /// Adds a member.
    ///
    /// - Parameters:
    ///   - value: The value's bytes.
    ///   - hash: Their hash.
    ///   - found: What its first slot held, where that was looked up.
    @inline(__always)
    private mutating func insert(_ value: UnsafeRawBufferPointer, hash: UInt64, found: UInt64) {
        // What was a member before still is one.
        guard !holds(value, found, hash: hash) else { return }
        if (count + 1) * 2 > table.count { grow() }
        let (slot, isMember) = find(value, hash: hash)
        guard !isMember else { return }
        table[slot] = hash.upperHalf | UInt64(bytes.count + 1)
        makeRoom(to: bytes.count + 4 + value.count)
        withUnsafeBytes(of: UInt32(value.count)) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: value)
        count += 1
    }

    /// Whether a slot holds a value.
    private func holds(_ value: UnsafeRawBufferPointer, _ slot: UInt64, hash: UInt64) -> Bool {
        slot != 0 && slot.upperHalf == hash.upperHalf
            && bytes.withUnsafeBytes { $0.member(at: slot.start).isEqual(to: value) }
    }

    /// Makes room for members up to a place: for all that are expected, as soon as it can be told how long they are;
    /// else a little more, since twice as much, as arrays grow, would leave half of it empty.
    private mutating func makeRoom(to end: Int) {
        guard end > bytes.capacity else { return }
        let all = count < 1_000 ? 0 : bytes.count * expected / count
        bytes.reserveCapacity(max(end, 4_096, bytes.capacity / 4 * 5, all))
    }

    private mutating func grow() {
        let old = table
        table = Array(repeating: 0, count: old.count * 2)
        shift -= 1
        let mask = table.count - 1
        for entry in old where entry != 0 {
            var slot = Int(truncatingIfNeeded: entry.upperHalf >> shift)
            while table[slot] != 0 { slot = (slot + 1) & mask }
            table[slot] = entry
        }
    }

    /// The slot of a value, or of what ends the search for it.
    @inline(__always)
    private func find(
        _ value: UnsafeRawBufferPointer, hash: UInt64
    ) -> (slot: Int, isMember: Bool) {
        table.withUnsafeBufferPointer { table in
            bytes.withUnsafeBytes { bytes in
                var slot = Int(truncatingIfNeeded: hash >> shift)
                while table[slot] != 0 {
                    if table[slot].upperHalf == hash.upperHalf,
                        bytes.member(at: table[slot].start).isEqual(to: value)
                    {
                        return (slot, true)
                    }
                    slot = (slot + 1) & (table.count - 1)
                }
                return (slot, false)
            }
        }
    }

    /// Whether a value is a member.
    func contains(_ value: [UInt8]) -> Bool {
        value.withUnsafeBytes { contains($0, hash: ByteHash.hash($0, key: key)) }
    }

    /// Whether a value is a member.
    ///
    /// - Parameters:
    ///   - value: The value's bytes.
    ///   - hash: Their hash.
    /// - Returns: Whether it is.
    @inline(__always)
    func contains(_ value: UnsafeRawBufferPointer, hash: UInt64) -> Bool {
        find(value, hash: hash).isMember
    }

    /// Marks the rows whose value is no member.
    ///
    /// What is looked up for one row after the other waits for memory each time. Here many rows wait at
    /// once: first for the slots where the search begins, then for the members. Both loops keep what they
    /// read, for what nobody uses the compiler leaves out.
    ///
    /// - Parameters:
    ///   - run: The batch.
    ///   - slot: The values.
    ///   - rows: 1 for rows to look at; left so where the value is no member.
    func keepMissing(in run: StreamProgram.Run, slot: Int, rows: Truth) {
        let hashes = run.hashes(slot)
        let mask = table.count - 1
        table.withUnsafeBufferPointer { table in
            bytes.withUnsafeBytes { bytes in
                withUnsafeTemporaryAllocation(of: UInt64.self, capacity: ByteSet.rowsAtOnce) {
                    found in
                    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: ByteSet.rowsAtOnce) {
                        lengths in
                        for start in stride(from: 0, to: run.batch.count, by: ByteSet.rowsAtOnce) {
                            let count = min(ByteSet.rowsAtOnce, run.batch.count - start)
                            let hashes = hashes + start
                            for row in 0..<count {
                                let slot = Int(truncatingIfNeeded: hashes[row] >> shift)
                                found.initializeElement(at: row, to: table[slot])
                            }
                            for row in 0..<count
                            where found[row] != 0 && found[row].upperHalf != hashes[row].upperHalf {
                                var slot = Int(truncatingIfNeeded: hashes[row] >> shift)
                                repeat {
                                    slot = (slot + 1) & mask
                                    found[row] = table[slot]
                                } while found[row] != 0
                                    && found[row].upperHalf != hashes[row].upperHalf
                            }
                            for row in 0..<count {
                                lengths.initializeElement(
                                    at: row,
                                    to: found[row] != 0 ? bytes.length(at: found[row].start) : 0)
                            }
                            for row in 0..<count where rows[start + row] != 0 && found[row] != 0 {
                                let value = run.batch.value(slot, start + row)
                                let isFound =
                                    Int(lengths[row]) == value.count
                                    && bytes.member(at: found[row].start).isEqual(to: value)
                                if isFound || contains(value, hash: hashes[row]) {
                                    rows[start + row] = 0
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// So many rows wait for memory at once; what they wait for stays in the processor's nearest cache.
    private static let rowsAtOnce = 256
}

extension UInt64 {
    @inline(__always)
    fileprivate var upperHalf: UInt64 { self & 0xffff_ffff_0000_0000 }

    /// Where the member of a slot begins.
    @inline(__always)
    fileprivate var start: Int { Int(truncatingIfNeeded: self & 0xffff_ffff) - 1 }
}

extension UnsafeRawBufferPointer {
    /// The length of the member that begins at a place.
    @inline(__always)
    fileprivate func length(at start: Int) -> UInt32 {
        loadUnaligned(fromByteOffset: start, as: UInt32.self)
    }

    /// The member that begins at a place.
    @inline(__always)
    fileprivate func member(at start: Int) -> UnsafeRawBufferPointer {
        let first = start + MemoryLayout<UInt32>.size
        return UnsafeRawBufferPointer(rebasing: self[first..<first + Int(length(at: start))])
    }
}
