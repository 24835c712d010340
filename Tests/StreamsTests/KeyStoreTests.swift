import Testing

@testable import Streams

/// Keys beyond the memory are the keys.
@Suite struct KeyStoreTests {
    /// A store with every number below a bound as a hash, and some of them again.
    private func store(
        _ hashes: some Sequence<UInt64>, budget: MemoryBudget, partitions: Int = 16
    ) throws -> KeyStore {
        let store = KeyStore(partitions: partitions, budget: budget)
        for (index, hash) in hashes.enumerated() {
            let place = RowPlace(block: UInt32(index / 100), offset: UInt16(index % 100))
            try store.append(KeyEntry(hash: mixed(hash), place: place))
        }
        return store
    }

    /// Spreads small numbers over all bits, no two to one.
    private func mixed(_ number: UInt64) -> UInt64 { number &* 0x9e37_79b9_7f4a_7c15 }

    private func repeated(_ stores: [KeyStore], partitions: Int = 16) throws -> [UInt64: Int] {
        var counts: [UInt64: Int] = [:]
        for partition in 0..<partitions {
            for entry in try KeyStore.repeated(partition, of: stores) {
                counts[entry.hash, default: 0] += 1
            }
        }
        return counts
    }

    @Test(arguments: [0, 3 * 32_768, 1 << 30])
    func `what stands twice is found, in memory or not`(bytes: Int) throws {
        let budget = MemoryBudget(bytes: bytes)
        let hashes = Array(0..<200_000 as Range<UInt64>) + Array(0..<500) + [7, 7]
        let one = try store(hashes, budget: budget)
        let other = try store(199_990..<200_010 as Range<UInt64>, budget: budget)
        let counts = try repeated([one, other])
        #expect(counts.count == 510)
        #expect(counts[mixed(7)] == 4)
        #expect(counts[mixed(8)] == 2)
        #expect(counts[mixed(199_999)] == 2)
        #expect(counts[mixed(200_000)] == nil)
    }

    @Test func `what is taken of the memory is given back`() throws {
        let budget = MemoryBudget(bytes: 100 * 32_768)
        do {
            let store = try store(0..<300_000 as Range<UInt64>, budget: budget)
            #expect(try repeated([store]).isEmpty)
        }
        #expect(budget.take(100 * 32_768))
        #expect(!budget.take(1))
    }

    @Test func `the blocks that are being filled count`() throws {
        let budget = MemoryBudget(bytes: 100 * 32_768)
        let store = try store([], budget: budget)
        #expect(!budget.take(85 * 32_768))
        #expect(budget.take(84 * 32_768))
        withExtendedLifetime(store) {}
    }

    @Test func `a folder that takes no file is named, with what to do`() throws {
        let file = SpillFile.Failure(folder: "/full", reason: "No space left on device")
        #expect(
            "\(file)"
                == "/full cannot hold the keys that --memory has no room for: No space left on device; "
                + "set TMPDIR to a folder with more room, or give more --memory")
    }
}
