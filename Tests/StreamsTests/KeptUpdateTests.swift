import Foundation
import Testing

@testable import Streams

/// What was kept is brought up to date by what changed.
@Suite struct KeptUpdateTests {
    /// A place, the row's own key, and the text by which rows are grouped.
    private static let program = StreamProgram(
        slots: 3, forms: [], groupings: [.init(scope: .always, key: [.text(2)])], key: 5)

    private struct Row {
        let key: Int
        let text: String
        let offset: Int
    }

    /// Rows of a COPY in its binary format.
    private static func copy(_ rows: [[[UInt8]?]]) -> [UInt8] {
        rows.flatMap { row in
            row.reduce(bigEndian(Int16(row.count))) { bytes, value in
                bytes + bigEndian(Int32(value?.count ?? -1)) + (value ?? [])
            }
        }
    }

    private static func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    private static func tally(
        _ rows: [Row], _ recorder: KeptRecorder
    ) throws -> StreamTally {
        let tally = StreamTally(
            program, parents: [], partitions: 1, budget: MemoryBudget(bytes: 1 << 20),
            recorder: recorder)
        let bytes = copy(
            rows.map {
                [
                    bigEndian(UInt32(0)) + bigEndian(UInt16($0.offset)), bigEndian($0.key),
                    Array($0.text.utf8),
                ]
            })
        try bytes.withUnsafeBytes { try tally.add($0, isFirst: false, leaf: 0) }
        recorder.finish()
        return tally
    }

    private static func log(_ entries: [(key: Int?, change: Int16)]) throws -> ChangedKeys {
        var keys = ChangedKeys(types: ["numeric"], hashKey: program.key)
        let bytes = copy(
            entries.map {
                [
                    $0.key.map { bigEndian($0) }, $0.key.map { Array("\($0)".utf8) },
                    bigEndian($0.change),
                ]
            })
        try bytes.withUnsafeBytes { try keys.add($0, isFirst: false) }
        keys.arrange()
        return keys
    }

    /// Has what was kept of six rows brought up to date by changes of some.
    private func withUpdate(
        memory: Int, _ body: (KeptUpdate, KeptState, _ folder: String) throws -> Void
    ) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let writer = try KeptWriter(path: "\(folder)/all", key: 5)
        let before = zip(1..., ["a", "a", "a", "b", "c", "c"]).map {
            Row(key: $0, text: $1, offset: $0)
        }
        let whole = try Self.tally(
            before, KeptRecorder(Self.program, keys: [1], writer: writer))
        let directory = try writer.finish()
        let state = KeptState(
            fingerprint: [], snapshot: "1:2:", taken: 0,
            file: .init(name: "all", directory: directory), of: whole,
            groupings: [.init(isKept: true)], largest: [])
        let file = try KeptFile(
            path: "\(folder)/all", directory: directory, program: Self.program, key: 5,
            isHeld: false)
        let update = try KeptUpdate(state, files: [file], program: Self.program)
        let keys = try Self.log([(7, 2), (3, 4), (7, 4), (4, 1)])
        let wanted = keys.wanted(without: [], isExact: true)
        #expect(keys.literals(wanted[...]) == ["{\"3\",\"7\"}"])
        let former = try update.remove(keys)
        let present = try Self.tally(
            [Row(key: 3, text: "c", offset: 8), Row(key: 7, text: "a", offset: 9)],
            KeptRecorder(
                Self.program, keys: [1], keysWithin: MemoryBudget(bytes: memory)))
        try former.compare(keys, [present], isExact: true)
        update.add(present)
        try body(update, state, folder)
    }

    @Test(arguments: [0, 1 << 20]) func `of a group that was one a single row is read again`(
        memory: Int
    ) throws {
        try withUpdate(memory: memory) { update, _, _ in
            #expect(update.counts.rows == 6)
            let shared = try update.sharedKeys(0, above: 1, leaders: [])
            #expect(shared.before.sorted() == [1, 2, 3] && shared.after.sorted() == [0, 3, 3])
            let comparison = try #require(shared.whole())
            #expect(comparison.groups == 2 && comparison.members == 6)
            // Both groups have an old row that stands for two, and a new one whose key is known, or is not.
            #expect(comparison.represented.map(\.value.count) == [2, 2])
            #expect(comparison.known.count == (memory > 0 ? 2 : 0))
            #expect(comparison.places.count == (memory > 0 ? 2 : 4))
            // One after the other they are the same.
            var number = 0
            var parts: [KeptUpdate.SharedKeys.Comparison] = []
            while let part = shared.comparison(from: &number, of: 1, leaders: []) {
                parts.append(part)
            }
            #expect(parts.map(\.groups) == [1, 1] && parts.map(\.members) == [3, 3])
            #expect(parts.flatMap(\.places) == comparison.places)
            let known = try comparison.known.map {
                try #require(String(bytes: $0.key.dropLast(), encoding: .utf8))
            }
            #expect(known.sorted() == (memory > 0 ? ["a", "c"] : []))
            // Where more is allowed than there were, nobody has compared them.
            let others = try #require(try update.sharedKeys(0, above: 2, leaders: []).whole())
            #expect(others.represented.map(\.value.count) == [2])
            #expect(others.places.count + others.known.count == 5 && others.groups == 2)
        }
    }

    @Test func `rows that stand for others are counted with them`() throws {
        try withUpdate(memory: 1 << 20) { update, _, _ in
            let comparison = try #require(try update.sharedKeys(0, above: 1, leaders: []).whole())
            var groups = ExactGroups(Self.program, limit: 1, shown: 3)
            var batch = groups.batch(representing: comparison.represented)
            for row in comparison.known { batch.add(row) }
            // Row 1 or 2 stands for both, and so does 5 or 6.
            let read = comparison.places.map { place in
                let offset = Int(place.number & 0xffff)
                return [
                    Self.bigEndian(UInt32(0)) + Self.bigEndian(UInt16(offset)),
                    Self.bigEndian(offset), Array((offset < 4 ? "a" : "c").utf8),
                ]
            }
            try Self.copy(read).withUnsafeBytes {
                try batch.add($0, isFirst: false, leaf: 0, of: groups)
            }
            groups.add(batch)
            #expect(!groups.hashesCollide)
            #expect(groups.groups == comparison.groups && groups.rows == comparison.members)
            #expect(groups.largest.map(\.rows.count) == [3, 3])
        }
    }

    @Test func `files of what changed are joined, and what is no longer so leaves them`() throws {
        try withUpdate(memory: 0) { update, state, folder in
            #expect(state.addedRows == 0 && state.wholeRows == 6)
            func finished(_ name: String, _ update: KeptUpdate) throws -> KeptState {
                let writer = try KeptWriter(path: "\(folder)/\(name)", key: 5)
                return update.state(
                    of: try update.files(adding: name, writer), snapshot: "3:4:",
                    groupings: [.init(isKept: true)], largest: [])
            }
            let first = try finished("one", update)
            #expect(first.files.map(\.name) == ["all", "one"] && first.addedRows == 2)
            func next(_ state: KeptState) throws -> KeptUpdate {
                let files = try state.files.map {
                    try KeptFile(
                        path: "\(folder)/\($0.name)", directory: $0.directory,
                        program: Self.program, key: 5, isHeld: false)
                }
                return try KeptUpdate(state, files: files, program: Self.program)
            }
            let second = try next(first)
            _ = try second.remove(Self.log([(7, 4)]))
            second.add(
                try Self.tally(
                    [Row(key: 7, text: "d", offset: 10)], KeptRecorder(Self.program, keys: [1])))
            let joined = try finished("two", second)
            #expect(joined.files.map(\.name) == ["all", "two"] && joined.addedRows == 2)
            #expect(joined.counts.rows == 6 && joined.files[1].directory.rows == 2)
            // Without a change there is nothing to be written.
            let same = try finished("three", try next(joined))
            #expect(same.files.map(\.name) == ["all", "two"])
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/three"))
            // A single row is no reason to write two again.
            let third = try next(same)
            _ = try third.remove(Self.log([(1, 1), (8, 2)]))
            third.add(
                try Self.tally(
                    [Row(key: 8, text: "d", offset: 11)], KeptRecorder(Self.program, keys: [1])))
            let last = try finished("four", third)
            #expect(last.files.map(\.name) == ["all", "two", "four"] && last.addedRows == 3)
            let shared = try next(last).sharedKeys(0, above: 1, leaders: [])
            #expect(shared.hashes.isEmpty)
        }
    }

    @Test(arguments: [10, 1_000]) func `memory that keys of rows took is given back`(
        bytes: Int
    ) throws {
        let budget = MemoryBudget(bytes: bytes)
        func take() -> Bool {
            guard budget.take(bytes) else { return false }
            budget.giveBack(bytes)
            return true
        }
        do {
            let tally = try Self.tally(
                [Row(key: 1, text: "a", offset: 1), Row(key: 2, text: "b", offset: 2)],
                KeptRecorder(Self.program, keys: [1], keysWithin: budget))
            // Where there is too little, none of it stays taken.
            withExtendedLifetime(tally) { #expect(take() == (bytes == 10)) }
        }
        #expect(take())
    }

    @Test func `a log without a key says that anything may have happened`() throws {
        let keys = try Self.log([(1, 2), (nil, 8), (nil, 8)])
        #expect(keys.hasUnknown)
        #expect(try !Self.log([(1, 2), (1, 1)]).hasUnknown)
        // Nor is a missing key that of any row, whatever is said to have happened.
        #expect(try Self.log([(1, 2), (nil, 1)]).hasUnknown)
    }

    @Test func `keys come in order, and what happened to one several times is one`() throws {
        let log = (0..<9_000).map { _ in
            (Int.random(in: 0..<3_000) * 7, Int16(1 << Int.random(in: 0...2)))
        }
        var expected: [Int: UInt8] = [:]
        for (key, change) in log { expected[key, default: 0] |= UInt8(change) }
        let keys = try Self.log(log)
        let order = expected.keys.sorted()
        #expect(keys.changes.map(\.rawValue) == order.map { expected[$0] })
        #expect(Set(keys.hashes).count == order.count)
        // What only went is not looked for, unless the log may say again what was seen.
        for isExact in [true, false] {
            let named = order.filter { !isExact || expected[$0] != 1 }.map { "\"\($0)\"" }
            let wanted = keys.wanted(without: [], isExact: isExact)
            #expect(keys.literals(wanted[...]) == ["{\(named.joined(separator: ","))}"])
        }
    }

    @Test func `a number is read from its text to the ends of its type`() throws {
        func keys(_ texts: [String], _ type: String) throws -> ChangedKeys {
            var keys = ChangedKeys(types: [type], hashKey: 5)
            let bytes = Self.copy(texts.map { [Array($0.utf8), Self.bigEndian(Int16(4))] })
            try bytes.withUnsafeBytes { try keys.add($0, isFirst: false) }
            keys.arrange()
            return keys
        }
        for number in [Int64.min, .max, 0, -1, 42] {
            let hash = withUnsafeBytes(of: number.bigEndian) { ByteHash.hash($0, key: 5) }
            #expect(try keys(["\(number)"], "bigint").hashes == [hash.kept])
        }
        for number in [Int16.min, .max, -1] {
            let hash = withUnsafeBytes(of: number.bigEndian) { ByteHash.hash($0, key: 5) }
            #expect(try keys(["\(number)"], "smallint").hashes == [hash.kept])
        }
        for text in ["", "-", "+1", "1 ", "9223372036854775808", "-9223372036854775809", "1x"] {
            #expect(try keys([text], "bigint").hasUnknown, "\(text)")
        }
    }

    @Test func `keys of several columns are told apart by where each ends`() throws {
        var keys = ChangedKeys(types: ["numeric", "numeric"], hashKey: Self.program.key)
        let named = [
            ["12345678ab", "c"], ["12345678a", "bc"], ["x", ""], ["12345678ab", "c"], ["", "x"],
            ["12345678a", "bc"], ["12345678aa", "c"],
        ]
        let bytes = Self.copy(
            named.map { key in (key + key).map { Array($0.utf8) } + [Self.bigEndian(Int16(4))] })
        try bytes.withUnsafeBytes { try keys.add($0, isFirst: false) }
        keys.arrange()
        let literal = keys.literals(keys.wanted(without: [], isExact: true)[...])
        #expect(literal[0].count { $0 == "," } == 4 && literal[0].hasPrefix(#"{"12345678aa","#))
        #expect(Set(keys.hashes).count == 5)
    }
}

extension KeptUpdate.SharedKeys {
    /// All rows that are to be compared.
    fileprivate func whole() -> Comparison? {
        var number = 0
        return comparison(from: &number, of: .max, leaders: [])
    }
}
