import Glibc
import Testing

@testable import Streams

/// What is kept of rows comes back as it was, or not at all.
@Suite struct KeptTests {
    private static let program = StreamProgram(
        slots: 4, forms: [],
        rowChecks: [
            .init(scope: .isNull(1), parts: [.isNull(2), .isBlank(2)]),
            .init(scope: .always, parts: []),
        ],
        groupings: [.init(scope: .always, key: [.text(1)])],
        references: [.init(scope: .always, key: [1], parent: 0)],
        largest: [.init(scope: .always, slot: 3)], key: 5)

    @Test func `bits stand where they were set, wherever a batch begins`() {
        var generator = SystemRandomNumberGenerator()
        let block = KeptBlock(KeptLayout(Self.program))
        var expected: [Bool] = []
        for _ in 0..<40 {
            let count = Int.random(in: 1...200, using: &generator)
            let bits = (0..<count).map { _ in Bool.random(using: &generator) }
            let truth = Truth.allocate(capacity: count)
            defer { truth.deallocate() }
            for row in 0..<count { (truth + row).initialize(to: bits[row] ? 1 : 0) }
            block.set(2, truth, count: count)
            block.advance(count)
            expected += bits
        }
        #expect((0..<block.count).map { block.rows.bit($0, 2) } == expected)
        #expect((0..<block.count).allSatisfy { !block.rows.bit($0, 1) && !block.rows.bit($0, 3) })
        let copy = KeptBlock(block.layout)
        var copied: [Bool] = []
        var start = 0
        while start < block.count {
            let end = min(block.count, start + Int.random(in: 1...200, using: &generator))
            copy.append(start..<end, of: block.rows)
            copied += expected[start..<end]
            start = end + Int.random(in: 0...3, using: &generator)
        }
        #expect((0..<copy.count).map { copy.rows.bit($0, 2) } == copied)
        #expect((0..<copy.count).allSatisfy { !copy.rows.bit($0, 1) && !copy.rows.bit($0, 3) })
    }

    @Test func `an index finds the rows that hold one of its hashes`() {
        let wanted = (0..<5_000).map { _ in UInt64.random(in: 1...40_000) &* 0x9e37_79b9_7f4a_7c15 }
        let column = (0..<60_000).map { _ in UInt64.random(in: 1...40_000) &* 0x9e37_79b9_7f4a_7c15
        }
        let index = HashIndex(wanted + wanted)
        let isEachOnce = index.hashes.sorted() == Set(wanted).sorted()
        #expect(isEachOnce)
        var found: [Int] = []
        column.withUnsafeBufferPointer {
            guard let start = $0.baseAddress else { return }
            index.each(in: start, column.count) { row, number in
                #expect(index.hashes[number] == column[row])
                found.append(row)
            }
        }
        let all = Set(wanted)
        #expect(found == column.indices.filter { all.contains(column[$0]) })
    }

    @Test func `leaders of a changed table are the largest there are, or are not known`() {
        func entry(_ value: Int, _ place: Int) -> Leaders.Entry {
            Leaders.Entry(value: Int64(value), place: RowPlace(number: UInt64(place)))
        }
        for _ in 0..<200 {
            let rows = Int.random(in: 0...400)
            var table = (0..<rows).map { entry(Int.random(in: 0...300), $0) }
            var before = Leaders()
            for entry in table { before.add(Leaders([entry])) }
            let gone = Set((0..<Int.random(in: 0...300)).map { UInt64($0) })
            let came = (0..<Int.random(in: 0...200)).map {
                entry(Int.random(in: 0...400), 1_000 + $0)
            }
            table = table.filter { !gone.contains($0.place.number) } + came
            let remaining = Leaders(before.entries.filter { !gone.contains($0.place.number) })
            var changed = Leaders()
            for entry in came { changed.add(Leaders([entry])) }
            let merged = Leaders.merge(remaining, changed: changed, wasComplete: before.isComplete)
            guard let merged else {
                #expect(!before.isComplete && remaining.entries.isEmpty)
                continue
            }
            let values = table.map(\.value).sorted(by: >)
            #expect(merged.entries.map(\.value) == Array(values.prefix(merged.entries.count)))
            #expect(!merged.isComplete || merged.entries.count == values.count)
        }
    }

    @Test func `a bit that is wrong anywhere in a state is noticed`() throws {
        let tally = StreamTally(
            Self.program, parents: [.values(ByteSet())], partitions: 1,
            budget: MemoryBudget(bytes: 0))
        let directory = KeptDirectory(
            size: 0,
            blocks: [
                .init(offset: 0, count: 3, firstPlace: 9, lastPlace: 12, digests: [1, 2, 3, 4, 5])
            ])
        var state = KeptState(
            fingerprint: ["a", "é"], snapshot: "1:2:", taken: 3.5,
            file: .init(name: "file", directory: directory), of: tally,
            groupings: [KeptState.Grouping(isKept: true)],
            largest: [KeptState.Largest(Leaders())])
        state.parents = [.init(name: "p", count: 2, digest: 9)]
        let file = try #require(tmpfile())
        defer { fclose(file) }
        let descriptor = fileno(file)
        func written(_ state: KeptState) throws -> [UInt8] {
            try #require(ftruncate(descriptor, 0) == 0 && state.write(to: descriptor, key: 7))
            var bytes = [UInt8](repeating: 0, count: Int(lseek(descriptor, 0, SEEK_END)))
            try #require(pread(descriptor, &bytes, bytes.count, 0) == bytes.count)
            return bytes
        }
        func read(_ bytes: [UInt8], key: UInt64 = 7) throws -> KeptState {
            try #require(ftruncate(descriptor, 0) == 0)
            try #require(pwrite(descriptor, bytes, bytes.count, 0) == bytes.count)
            return try KeptState(from: descriptor, key: key)
        }
        let bytes = try written(state)
        let again = try read(bytes)
        #expect(try written(again) == bytes)
        #expect(throws: KeptDoubt.self) { try read(bytes + [0]) }
        #expect(again.fingerprint == state.fingerprint && again.parents == state.parents)
        #expect(throws: KeptDoubt.self) { try read(bytes, key: 8) }
        for place in bytes.indices {
            var other = bytes
            other[place] ^= 1 << UInt8(place % 8)
            #expect(throws: KeptDoubt.self, "\(place)") { try read(other) }
        }
        for length in 0..<bytes.count {
            #expect(throws: KeptDoubt.self, "\(length)") { try read(Array(bytes[..<length])) }
        }
    }

    @Test func `two keys with one hash are noticed`() throws {
        // Sixteen bytes that begin so have one hash, whatever its key is.
        let start: [UInt8] = [0xdb, 0x28, 0xb4, 0xa0, 0xd1, 0x7e, 0x03, 0xe7]
        func row(_ last: UInt8) -> [UInt8] {
            [0, 2, 0, 0, 0, 6, 0, 0, 0, 1, 0, last, 0, 0, 0, 16] + start
                + [UInt8](repeating: last, count: 8)
        }
        let program = StreamProgram(
            slots: 2, forms: [], groupings: [.init(scope: .always, key: [.fixed(1)])])
        for (rows, isCollision) in [([1, 1], false), ([1, 2, 2], true)] {
            var groups = ExactGroups(program, limit: 1, shown: 1)
            var batch = groups.batch()
            try rows.flatMap { row(UInt8($0)) }.withUnsafeBytes {
                try batch.add($0, isFirst: false, leaf: 0, of: groups)
            }
            groups.add(batch)
            #expect(groups.hashesCollide == isCollision)
            #expect(groups.groups == 1 && groups.rows == 2)
        }
    }
}

extension Leaders {
    /// The largest of some rows.
    fileprivate init(_ entries: [Entry]) {
        self.init()
        for entry in entries { insert(entry) }
    }
}
