import Testing

@testable import Streams

/// A set of bytes says what `Set` says.
@Suite struct ByteSetTests {
    @Test func `members are members, and nothing else is`() {
        let words = (0..<30_000).map { "w\($0 * 7 % 40_000)" } + ["", "é", "😀", "a\0b"]
        let set = ByteSet(words)
        let known = Set(words)
        #expect(set.count == known.count)
        for number in 0..<40_000 {
            let word = "w\(number)"
            #expect(set.contains(Array(word.utf8)) == known.contains(word), "\(word)")
        }
        #expect(set.contains([]))
        #expect(set.contains(Array("a\0b".utf8)))
        #expect(!set.contains(Array("a\0".utf8)))
        #expect(!ByteSet().contains([]))
    }

    @Test(arguments: [0, 100_000, 262_145])
    func `a set of which the size is known takes 64 bytes for a member of 20`(count: Int) {
        var set = ByteSet(expecting: count)
        let empty = set.footprint
        for number in 0..<count {
            Array("\(10_000_000 + number).example.com".utf8).withUnsafeBytes { set.insert($0) }
        }
        #expect(set.count == count)
        #expect(set.footprint <= 64 * count + 4_096)
        // Its slots were there from the beginning.
        #expect(set.footprint - empty <= 32 * count)
    }

    @Test(arguments: [0, 9_000])
    func `values of many rows become members as one after the other would`(expected: Int) throws {
        let words = (0..<20_000).map { _ in "w\(Int.random(in: 0..<9_000))" } + ["", "é", ""]
        var parent = ParentKeys(
            columns: 1, expecting: expected, budget: MemoryBudget(bytes: 1 << 24), hashKey: 3)
        for part in [words.prefix(5_000), words.dropFirst(5_000)] {
            let rows = part.flatMap { word -> [UInt8] in
                let length = UInt8(word.utf8.count)
                return [0, 1, 0, 0, 0, length] + Array(word.utf8)
            }
            try rows.withUnsafeBytes { try parent.add($0, isFirst: false) }
        }
        var single = ByteSet(key: 3)
        for word in words { Array(word.utf8).withUnsafeBytes { single.insert($0) } }
        let areSame = parent.keys.digests.difference(single.digests).isEmpty
        #expect(areSame && parent.keys.count == Set(words).count && parent.rows == words.count)
        #expect(words.allSatisfy { parent.keys.contains(Array($0.utf8)) })
        #expect(!parent.keys.contains(Array("w9000".utf8)))
    }

    @Test func `a hash sees every byte and the length`() {
        var seen: Set<UInt64> = []
        for length in 0..<70 {
            var bytes = Array(repeating: UInt8(ascii: "x"), count: length)
            seen.insert(bytes.withUnsafeBytes(ByteHash.hash))
            for index in bytes.indices {
                bytes[index] = UInt8(ascii: "y")
                seen.insert(bytes.withUnsafeBytes(ByteHash.hash))
                bytes[index] = UInt8(ascii: "x")
            }
        }
        #expect(seen.count == (0..<70).reduce(0) { $0 + 1 + $1 })
    }

    @Test func `another key gives other hashes`() {
        let bytes = Array("acme.com".utf8)
        let one = bytes.withUnsafeBytes { ByteHash.hash($0, key: 1) }
        let other = bytes.withUnsafeBytes { ByteHash.hash($0, key: 2) }
        #expect(one != other)
    }
}
