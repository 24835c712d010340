import Glibc
import Testing

@testable import Streams

/// Digests say of values what the values would.
@Suite struct DigestSetTests {
    private static let key: UInt64 = 11

    private static func values(_ words: some Sequence<String>) -> ByteSet {
        var set = ByteSet(key: key)
        for word in words { Array(word.utf8).withUnsafeBytes { set.insert($0) } }
        return set
    }

    @Test(arguments: [0, 1, 2, 100, 30_000]) func `a value is among them where it was`(count: Int) {
        let digests = Self.values((0..<count).map { "w\($0)" }).digests
        #expect(digests.count == count)
        for number in 0..<2 * count + 10 {
            #expect(digests.contains(Array("w\(number)".utf8)) == (number < count), "\(number)")
        }
    }

    @Test func `values that share a hash whatever its key are told apart`() {
        // Eight bytes that make the hash forget the eight behind them.
        let start: [UInt8] = [0xdb, 0x28, 0xb4, 0xa0, 0xd1, 0x7e, 0x03, 0xe7]
        let values = (1...3).map { start + [UInt8](repeating: $0, count: 8) }
        let hashes = Set(values.map { $0.withUnsafeBytes { ByteHash.hash($0, key: Self.key) } })
        #expect(hashes.count == 1)
        var set = ByteSet(key: Self.key)
        for value in values.prefix(2) { value.withUnsafeBytes { set.insert($0) } }
        let digests = set.digests
        #expect(values.map(digests.contains) == [true, true, false])
        var other = ByteSet(key: Self.key)
        for value in values.suffix(2) { value.withUnsafeBytes { other.insert($0) } }
        #expect(digests.difference(other.digests) == Array(hashes) + Array(hashes))
    }

    @Test func `the difference is what is in one alone`() {
        let (one, other) = (
            Self.values((0..<3_000).map { "w\($0)" }), Self.values((500..<4_000).map { "w\($0)" })
        )
        let expected = (Array(0..<500) + Array(3_000..<4_000)).map { number in
            Array("w\(number)".utf8).withUnsafeBytes { ByteHash.hash($0, key: Self.key) }
        }
        #expect(one.digests.difference(other.digests).sorted() == expected.sorted())
        #expect(one.digests.difference(one.digests).isEmpty)
        #expect(one.digests.difference(Self.values([]).digests).count == 3_000)
    }

    /// Changed keys, as a log names them.
    private static func log(_ values: [[UInt8]]) throws -> ChangedKeys {
        var keys = ChangedKeys(types: ["text"], hashKey: key)
        let rows = values.flatMap { value -> [UInt8] in
            [0, 2, 0, 0, 0, UInt8(value.count)] + value + [0, 0, 0, 2, 0, 4]
        }
        try rows.withUnsafeBytes { try keys.add($0, isFirst: false) }
        keys.arrange()
        return keys
    }

    @Test func `what some keys were is replaced by what they are`() throws {
        for _ in 0..<50 {
            func some(_ count: Int) -> Set<Int> {
                Set((0..<count).map { _ in Int.random(in: 0..<300) })
            }
            func words(_ numbers: Set<Int>) -> [String] { numbers.map { "w\($0)" } }
            let (before, changed, chosen) = (some(200), some(60), some(200))
            let now = changed.intersection(chosen)
            let keys = try Self.log(words(changed).map { Array($0.utf8) })
            let replaced = Self.values(words(before)).digests
                .replacing(keys, with: Self.values(words(now)).digests)
            let expected = Self.values(words(before.subtracting(changed).union(now))).digests
            #expect(replaced?.count == expected.count)
            #expect(replaced?.difference(expected).isEmpty == true)
        }
    }

    @Test func `which of two values with one hash a key was is not guessed`() throws {
        let start: [UInt8] = [0xdb, 0x28, 0xb4, 0xa0, 0xd1, 0x7e, 0x03, 0xe7]
        var set = ByteSet(key: Self.key)
        for last in [UInt8(1), 2] {
            (start + [UInt8](repeating: last, count: 8)).withUnsafeBytes { set.insert($0) }
        }
        let keys = try Self.log([start + [UInt8](repeating: 1, count: 8)])
        #expect(set.digests.replacing(keys, with: Self.values([]).digests)?.count == nil)
    }

    @Test func `a file gives back what was written, or nothing`() throws {
        var template = Array("/tmp/assay-test-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        try #require(descriptor >= 0)
        let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer {
            close(descriptor)
            unlink(path)
        }
        let set = Self.values((0..<5_000).map { "w\($0)" }).digests
        try #require(DigestFile.write(set, to: descriptor))
        let entry = DigestFile.Entry(name: "set", of: set, key: Self.key)
        func file(_ key: UInt64 = Self.key) throws -> DigestFile {
            try DigestFile(path: path, entry: entry, key: key)
        }
        #expect(try file().holds(set))
        #expect(try !file().holds(Self.values(["w1"]).digests))
        #expect(try file().read().difference(set).isEmpty)
        #expect(throws: KeptDoubt.self) { try file(Self.key + 1).read() }
        for place in [0, 7, 40_000, 79_999] {
            var byte: UInt8 = 0
            try #require(pread(descriptor, &byte, 1, off_t(place)) == 1)
            byte ^= 4
            try #require(pwrite(descriptor, &byte, 1, off_t(place)) == 1)
            #expect(throws: KeptDoubt.self) { try file().read() }
            byte ^= 4
            try #require(pwrite(descriptor, &byte, 1, off_t(place)) == 1)
        }
        #expect(try file().read().difference(set).isEmpty)
        for size in [0, 79_999, 80_001] {
            try #require(ftruncate(descriptor, off_t(size)) == 0)
            #expect(throws: KeptDoubt.self) { try file() }
        }
    }
}
