/// Values as digests: whether one is among them can be told, and none can be read.
///
/// A digest is the hash by which a value is looked for, and another one, each of whose steps depends on the key. So
/// who does not know the key cannot prepare two values that share it, and that two do by chance is not to be waited for.
package struct DigestSet: Sendable {
    /// Of each value the hash and the other one, in their order.
    private let words: [UInt64]
    /// By the upper bits of a hash, where those begin that have them, or come behind them.
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
    static func footprint(_ count: Int) -> Int { count * 16 + buckets(count) * 4 }

    private static func buckets(_ count: Int) -> Int { max(2, count / 4).roundedUpToPowerOfTwo }

    /// A set of what ``withBytes(_:)`` has shown.
    ///
    /// - Parameters:
    ///   - words: Of each value the hash and the other one, in their order.
    ///   - key: Their key.
    init(words: [UInt64], key: UInt64) {
        let count = words.count / 2
        let buckets = DigestSet.buckets(count)
        let shift = UInt64.bitWidth - buckets.trailingZeroBitCount
        var starts = [UInt32](repeating: UInt32(count), count: buckets)
        var next = 0
        for place in 0..<count {
            let bucket = Int(truncatingIfNeeded: words[2 * place] >> shift)
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

    /// The digests of some values, each once.
    ///
    /// - Parameters:
    ///   - digests: The digests, in their order but for some that others have pushed a little further.
    ///   - key: The key of the hashes.
    init(nearlySorted digests: [(hash: UInt64, other: UInt64)], key: UInt64) {
        var words: [UInt64] = []
        words.reserveCapacity(digests.count * 2)
        for digest in digests {
            words.append(digest.hash)
            words.append(digest.other)
            var place = words.count - 2
            while place > 0,
                (words[place - 2], words[place - 1]) > (words[place], words[place + 1])
            {
                words.swapAt(place - 2, place)
                words.swapAt(place - 1, place + 1)
                place -= 2
            }
        }
        self.init(words: words, key: key)
    }

    /// Whether a value is among them.
    func contains(_ value: [UInt8]) -> Bool {
        value.withUnsafeBytes { value in
            let hash = ByteHash.hash(value, key: key)
            return words.withUnsafeBufferPointer {
                holds(value, hash: hash, from: start(of: hash), $0)
            }
        }
    }

    /// Where the search for a hash begins.
    @inline(__always)
    private func start(of hash: UInt64) -> Int {
        Int(starts[Int(truncatingIfNeeded: hash >> shift)])
    }

    /// Whether a value is among those from a place on.
    @inline(__always)
    private func holds(
        _ value: UnsafeRawBufferPointer, hash: UInt64, from start: Int,
        _ words: UnsafeBufferPointer<UInt64>
    ) -> Bool {
        var place = 2 * start
        while place < words.count, words[place] < hash { place += 2 }
        while place < words.count, words[place] == hash {
            if words[place + 1] == ByteHash.secondHash(value, key: key) { return true }
            place += 2
        }
        return false
    }

    /// Marks the rows whose value is not among them.
    ///
    /// The places in memory where the search begins are waited for all at once, as in ``ByteSet/keepMissing(in:slot:rows:)``.
    ///
    /// - Parameters:
    ///   - run: The batch, which hashes with the key that the set has.
    ///   - slot: The values.
    ///   - rows: 1 for rows to look at; left so where the value is not among them.
    func keepMissing(in run: StreamProgram.Run, slot: Int, rows: Truth) {
        let count = run.batch.count
        let hashes = run.hashes(slot)
        guard self.count > 0 else { return }
        words.withUnsafeBufferPointer { words in
            withUnsafeTemporaryAllocation(of: Int.self, capacity: count) { begins in
                withUnsafeTemporaryAllocation(of: UInt64.self, capacity: count) { firsts in
                    for row in 0..<count {
                        begins.initializeElement(
                            at: row, to: min(start(of: hashes[row]), self.count - 1))
                    }
                    for row in 0..<count {
                        firsts.initializeElement(at: row, to: words[2 * begins[row]])
                    }
                    for row in 0..<count where rows[row] != 0 && firsts[row] <= hashes[row] {
                        let value = run.batch.value(slot, row)
                        if holds(value, hash: hashes[row], from: begins[row], words) {
                            rows[row] = 0
                        }
                    }
                }
            }
        }
    }

    /// The set without what some keys were, and with others instead.
    ///
    /// - Parameters:
    ///   - keys: The keys, each of which has one value, as they were and as they are.
    ///   - others: What they are now.
    /// - Returns: The set; `nil` where it cannot be told which value a key was.
    package func replacing(_ keys: ChangedKeys, with others: DigestSet) -> DigestSet? {
        let former = keys.hashes.sorted()
        var next = 0
        var last: UInt64?
        var left: [(hash: UInt64, other: UInt64)] = []
        left.reserveCapacity(count + others.count)
        var other = 0
        for place in 0..<count {
            let digest = (hash: words[2 * place], other: words[2 * place + 1])
            while next < former.count, former[next] < digest.hash.kept { next += 1 }
            if next < former.count, former[next] == digest.hash.kept {
                guard last != digest.hash.kept else { return nil }
                last = digest.hash.kept
                continue
            }
            while other < others.count, others.words[2 * other] <= digest.hash {
                left.append((others.words[2 * other], others.words[2 * other + 1]))
                other += 1
            }
            left.append(digest)
        }
        for other in other..<others.count {
            left.append((others.words[2 * other], others.words[2 * other + 1]))
        }
        return DigestSet(nearlySorted: left, key: key)
    }

    /// The hashes of what is in one of two sets alone.
    package func difference(_ others: DigestSet) -> [UInt64] {
        var differences: [UInt64] = []
        var (left, right) = (0, 0)
        while left < count || right < others.count {
            let order =
                right == others.count ? -1 : left == count ? 1 : compare(left, others, right)
            if order < 0 {
                differences.append(words[2 * left])
                left += 1
            } else if order > 0 {
                differences.append(others.words[2 * right])
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
        let own = (words[2 * place], words[2 * place + 1])
        let their = (others.words[2 * other], others.words[2 * other + 1])
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
