/// Texts or other values by their bytes, each once, and whether one is among them: exactly, not by hash.
package struct ByteSet: Sendable {
    fileprivate struct Entry {
        var hash: UInt64
        var start: UInt32
        /// The length and one more; 0 where no member is.
        var size: UInt32
    }

    /// The bytes of all members, one after the other.
    private var bytes: [UInt8] = []
    private var table: [Entry]
    private var mask: UInt64
    /// The key of the members' hashes.
    private let key: UInt64
    /// How many members it has.
    package private(set) var count = 0

    /// An empty set; with a key, its hashes are compared with those of a program that has the same.
    package init(key: UInt64? = nil) {
        self.key = key ?? ByteHash.key
        table = Array(repeating: Entry(hash: 0, start: 0, size: 0), count: 64)
        mask = 63
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
        bytes.capacity + table.capacity * MemoryLayout<Entry>.stride
    }

    /// The hashes of all members, sorted.
    package var hashes: [UInt64] { table.lazy.filter { $0.size != 0 }.map(\.hash).sorted() }

    /// Whether no more can be added: places are counted in 32 bits.
    var isFull: Bool { bytes.count > Int(UInt32.max) / 2 }

    /// Adds a member.
    mutating func insert(_ value: UnsafeRawBufferPointer) {
        let hash = ByteHash.hash(value, key: key)
        guard !contains(value, hash: hash) else { return }
        if (count + 1) * 2 > table.count { grow() }
        place(
            Entry(hash: hash, start: UInt32(bytes.count), size: UInt32(value.count + 1)))
        bytes.append(contentsOf: value)
        count += 1
    }

    private mutating func place(_ entry: Entry) {
        var slot = entry.hash & mask
        while table[Int(slot)].size != 0 { slot = (slot + 1) & mask }
        table[Int(slot)] = entry
    }

    private mutating func grow() {
        let old = table
        table = Array(
            repeating: Entry(hash: 0, start: 0, size: 0), count: old.count * 2)
        mask = UInt64(table.count - 1)
        for entry in old where entry.size != 0 { place(entry) }
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
        table.withUnsafeBufferPointer { table in
            bytes.withUnsafeBytes { bytes in
                var slot = Int(hash & mask)
                while table[slot].size != 0 {
                    if table[slot].hash == hash, table[slot].isEqual(to: value, in: bytes) {
                        return true
                    }
                    slot = (slot + 1) & Int(mask)
                }
                return false
            }
        }
    }

    /// Marks the rows whose value is no member.
    ///
    /// What is looked up for one row after the other waits for memory each time. Here all rows of a batch
    /// wait at once: first for the entries where the search begins, then for the members' first bytes. Both
    /// loops keep what they read, for what nobody uses the compiler leaves out.
    ///
    /// - Parameters:
    ///   - run: The batch.
    ///   - slot: The values.
    ///   - rows: 1 for rows to look at; left so where the value is no member.
    func keepMissing(in run: StreamProgram.Run, slot: Int, rows: Truth) {
        let hashes = run.hashes(slot)
        let count = run.batch.count
        table.withUnsafeBufferPointer { table in
            bytes.withUnsafeBytes { bytes in
                withUnsafeTemporaryAllocation(of: Entry.self, capacity: count) { found in
                    for row in 0..<count {
                        found.initializeElement(at: row, to: table[Int(hashes[row] & mask)])
                    }
                    for row in 0..<count
                    where found[row].hash != hashes[row] && found[row].size != 0 {
                        var slot = hashes[row]
                        repeat {
                            slot = (slot + 1) & mask
                            found[row] = table[Int(slot)]
                        } while found[row].hash != hashes[row] && found[row].size != 0
                    }
                    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { firsts in
                        for row in 0..<count {
                            // An empty entry begins where nothing of a member does.
                            let isMember = found[row].size > 1
                            firsts.initializeElement(
                                at: row, to: isMember ? bytes[Int(found[row].start)] : 0)
                        }
                        for row in 0..<count where rows[row] != 0 && found[row].size != 0 {
                            let value = run.batch.value(slot, row)
                            let isFound =
                                firsts[row] == value.first ?? 0
                                && found[row].isEqual(to: value, in: bytes)
                            if isFound || contains(value, hash: hashes[row]) { rows[row] = 0 }
                        }
                    }
                }
            }
        }
    }
}

extension ByteSet.Entry {
    @inline(__always)
    fileprivate func isEqual(
        to value: UnsafeRawBufferPointer, in bytes: UnsafeRawBufferPointer
    ) -> Bool {
        Int(size) == value.count + 1
            && UnsafeRawBufferPointer(
                rebasing: bytes[Int(start)..<Int(start) + value.count]
            ).isEqual(to: value)
    }
}
