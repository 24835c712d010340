/// Values as digests: whether one is among them can be told, and none can be read.
///
/// A digest is the hash by which a value is looked for, and another one, each of whose steps depends on the key. So
/// who does not know the key cannot prepare two values that share it, and that two do by chance is not to be waited for.
package struct DigestSet: Sendable {
    /// The hashes of all values in their order, and then for each the other hash.
    private let words: [UInt64]
    /// By the upper bits of a hash, where those begin that have them; at last, where all end.
    private let starts: [UInt32]
    /// How far a hash is shifted to its upper bits.
    private let shift: Int
    /// The key of the hashes.
    private let key: UInt64

    /// How many values there are.
    package var count: Int { words.count / 2 }

    /// How many bytes of memory it takes.
    package var footprint: Int { DigestSet.footprint(count) }

    /// How many bytes of memory so many values take.
    static func footprint(_ count: Int) -> Int { count * 16 + (buckets(count) + 1) * 4 }

    private static func buckets(_ count: Int) -> Int { max(2, count / 4).roundedUpToPowerOfTwo }

    /// A set of what ``withBytes(_:)`` has shown.
    ///
    /// - Parameters:
    ///   - words: The hashes in their order, and then the other hashes.
    ///   - key: Their key.
    init(words: [UInt64], key: UInt64) {
        let count = words.count / 2
        let buckets = DigestSet.buckets(count)
        let shift = UInt64.bitWidth - buckets.trailingZeroBitCount
        var starts = [UInt32](repeating: UInt32(count), count: buckets + 1)
        var next = 0
        for place in 0..<count {
            let bucket = Int(truncatingIfNeeded: words[place] >> shift)
            while next <= bucket {
                starts[next] = UInt32(place)
                next += 1
            }
        }
        self.words = words
        self.starts = starts
        self.shift = shift
        self.key = key
    }

    /// The digests of some values, in any order, each once.
    init(_ digests: [(hash: UInt64, other: UInt64)], key: UInt64) {
        let sorted = digests.sorted { ($0.hash, $0.other) < ($1.hash, $1.other) }
        self.init(words: sorted.map(\.hash) + sorted.map(\.other), key: key)
    }

    /// The digest of a value, from the hash by which it is looked for.
    static func digest(
        _ value: UnsafeRawBufferPointer, hash: UInt64, key: UInt64
    ) -> (hash: UInt64, other: UInt64) {
        (hash, ByteHash.secondHash(value, key: key))
    }

    /// Whether a value is among them.
    ///
    /// - Parameters:
    ///   - value: The value's bytes.
    ///   - hash: Their hash.
    /// - Returns: Whether it is.
    @inline(__always)
    func contains(_ value: UnsafeRawBufferPointer, hash: UInt64) -> Bool {
        let bucket = Int(truncatingIfNeeded: hash >> shift)
        let end = Int(starts[bucket + 1])
        var place = Int(starts[bucket])
        while place < end, words[place] < hash { place += 1 }
        guard place < end, words[place] == hash else { return false }
        let other = ByteHash.secondHash(value, key: key)
        while place < end, words[place] == hash {
            if words[count + place] == other { return true }
            place += 1
        }
        return false
    }

    /// Whether a value is among them.
    func contains(_ value: [UInt8]) -> Bool {
        value.withUnsafeBytes { contains($0, hash: ByteHash.hash($0, key: key)) }
    }

    /// Marks the rows whose value is not among them.
    ///
    /// - Parameters:
    ///   - run: The batch, which hashes with the key that the set has.
    ///   - slot: The values.
    ///   - rows: 1 for rows to look at; left so where the value is not among them.
    func keepMissing(in run: StreamProgram.Run, slot: Int, rows: Truth) {
        let hashes = run.hashes(slot)
        for row in 0..<run.batch.count
        where rows[row] != 0 && contains(run.batch.value(slot, row), hash: hashes[row]) {
            rows[row] = 0
        }
    }

    /// The hashes of what is in one of two sets alone.
    package func difference(_ others: DigestSet) -> [UInt64] {
        var differences: [UInt64] = []
        var (left, right) = (0, 0)
        while left < count || right < others.count {
            let order =
                right == others.count ? -1 : left == count ? 1 : compare(left, others, right)
            if order < 0 {
                differences.append(words[left])
                left += 1
            } else if order > 0 {
                differences.append(others.words[right])
                right += 1
            } else {
                left += 1
                right += 1
            }
        }
        return differences
    }

    /// Which of two digests comes first: below 0 the own one, above it the other one, 0 where they are the same.
    @inline(__always)
    private func compare(_ place: Int, _ others: DigestSet, _ other: Int) -> Int {
        let own = (words[place], words[count + place])
        let their = (others.words[other], others.words[others.count + other])
        return own < their ? -1 : own == their ? 0 : 1
    }

    /// Shows all that is to be kept of it.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        words.withUnsafeBytes(body)
    }
}

/// What references may hold: the values, or their digests as they were kept.
package enum ParentSet: Sendable {
    case values(ByteSet)
    case digests(DigestSet)

    /// Whether a value is among them.
    func contains(_ value: [UInt8]) -> Bool {
        switch self {
        case .values(let set): set.contains(value)
        case .digests(let set): set.contains(value)
        }
    }

    /// Marks the rows whose value is not among them; see ``DigestSet/keepMissing(in:slot:rows:)``.
    func keepMissing(in run: StreamProgram.Run, slot: Int, rows: Truth) {
        switch self {
        case .values(let set): set.keepMissing(in: run, slot: slot, rows: rows)
        case .digests(let set): set.keepMissing(in: run, slot: slot, rows: rows)
        }
    }

    /// The digests of all values.
    package var digests: DigestSet {
        switch self {
        case .values(let set): set.digests
        case .digests(let set): set
        }
    }
}
