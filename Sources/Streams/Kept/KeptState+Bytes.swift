import Glibc

/// The state as a file: numbers of 64 bits and texts, and a digest of all of it at the end.
extension KeptState {
    /// Changes with the format of the files, and with what they mean.
    private static let magic: UInt64 = 0x4153_5341_594b_0003

    /// Reads a state.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - key: The key of its digest.
    ///   - makeProgram: What it must have been made by, once the fingerprint is known to fit.
    /// - Throws: That it is damaged, and what `makeProgram` throws.
    package init(
        _ bytes: [UInt8], key: UInt64,
        program makeProgram: (_ fingerprint: [String]) throws(KeptDoubt) -> StreamProgram
    ) throws(KeptDoubt) {
        var reader = try Reader(bytes, key: key)
        guard try reader.number() == Self.magic else {
            throw KeptDoubt("another version of Assay kept what is known of it")
        }
        var fingerprint: [String] = []
        for _ in 0..<(try reader.count(8)) { fingerprint.append(try reader.text()) }
        let program = try makeProgram(fingerprint)
        let snapshot = try reader.text()
        let taken = Double(bitPattern: try reader.number())
        var files: [File] = []
        for _ in 0..<(try reader.count(24)) { files.append(try reader.file()) }
        let rows = try reader.int()
        let scopes = try reader.ints()
        var parts: [[Int]] = []
        for _ in 0..<(try reader.count(8)) { parts.append(try reader.ints()) }
        var references: [(Int, Int)] = []
        for _ in 0..<(try reader.count(16)) {
            references.append((try reader.int(), try reader.int()))
        }
        let counted = Counts(
            rows: rows, scopes: scopes, parts: parts, references: references,
            groupings: try reader.ints())
        let superseded = try reader.numbers()
        var parents: [[UInt64]] = []
        for _ in 0..<(try reader.count(8)) { parents.append(try reader.numbers()) }
        var groupings: [Grouping] = []
        for _ in 0..<(try reader.count(40)) {
            var grouping = Grouping(isKept: try reader.number() == 1)
            grouping.groups = try reader.int()
            grouping.rows = try reader.int()
            grouping.isComplete = try reader.number() == 1
            grouping.leaders = try reader.numbers()
            groupings.append(grouping)
        }
        var largest: [Largest] = []
        for _ in 0..<(try reader.count(16)) {
            let isComplete = try reader.number() == 1
            largest.append(
                Largest(
                    places: try reader.numbers().map { RowPlace(number: $0) },
                    isComplete: isComplete))
        }
        let words = files.reduce(0) { $0 + $1.directory.words }
        guard scopes.count == program.rowChecks.count, parts.count == program.rowChecks.count,
            references.count == program.references.count, superseded.count == words,
            groupings.count == program.groupings.count,
            counted.groupings.count == program.groupings.count,
            largest.count == program.largest.count,
            zip(parts, program.rowChecks).allSatisfy({ $0.count == $1.parts.count })
        else { throw .damaged }
        self.init(
            fingerprint: fingerprint, snapshot: snapshot, taken: taken, files: files,
            counts: counted, superseded: superseded, parents: parents, groupings: groupings,
            largest: largest)
    }

    /// The file.
    package func bytes(key: UInt64) -> [UInt8] {
        let large = superseded.count + parents.reduce(0) { $0 + $1.count }
        var writer = Writer(capacity: large * MemoryLayout<UInt64>.stride + 65_536)
        writer.number(Self.magic)
        writer.int(fingerprint.count)
        for text in fingerprint { writer.text(text) }
        writer.text(snapshot)
        writer.number(taken.bitPattern)
        writer.int(files.count)
        for file in files { writer.file(file) }
        writer.int(counts.rows)
        writer.ints(counts.scopes)
        writer.int(counts.parts.count)
        for parts in counts.parts { writer.ints(parts) }
        writer.int(counts.references.count)
        for reference in counts.references {
            writer.int(reference.scope)
            writer.int(reference.missing)
        }
        writer.ints(counts.groupings)
        writer.numbers(superseded)
        writer.int(parents.count)
        for parent in parents { writer.numbers(parent) }
        writer.int(groupings.count)
        for grouping in groupings {
            writer.number(grouping.isKept ? 1 : 0)
            writer.int(grouping.groups)
            writer.int(grouping.rows)
            writer.number(grouping.isComplete ? 1 : 0)
            writer.numbers(grouping.leaders)
        }
        writer.int(largest.count)
        for one in largest {
            writer.number(one.isComplete ? 1 : 0)
            writer.numbers(one.places.map(\.number))
        }
        return writer.finished(key: key)
    }
}

private struct Writer {
    private var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    mutating func number(_ value: UInt64) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func int(_ value: Int) { number(UInt64(bitPattern: Int64(value))) }

    mutating func numbers(_ values: [UInt64]) {
        int(values.count)
        values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    mutating func ints(_ values: [Int]) { numbers(values.map { UInt64(bitPattern: Int64($0)) }) }

    mutating func text(_ text: String) {
        int(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    mutating func file(_ file: KeptState.File) {
        text(file.name)
        int(file.directory.size)
        int(file.directory.blocks.count)
        for block in file.directory.blocks {
            int(block.offset)
            int(block.count)
            number(block.firstPlace)
            number(block.lastPlace)
            numbers(block.digests)
        }
    }

    mutating func finished(key: UInt64) -> [UInt8] {
        let digest = bytes.withUnsafeBytes { bytes -> UInt64 in
            guard let start = bytes.baseAddress else { return 0 }
            return KeptDigest.of(start, bytes.count, key: key)
        }
        number(digest)
        return bytes
    }
}

private struct Reader {
    private let all: [UInt8]
    private var place = 0
    private let end: Int

    init(_ bytes: [UInt8], key: UInt64) throws(KeptDoubt) {
        all = bytes
        end = bytes.count - 8
        guard end >= 0 else { throw .damaged }
        let fits = bytes.withUnsafeBytes { [end] bytes -> Bool in
            guard let start = bytes.baseAddress else { return false }
            let digest = bytes.loadUnaligned(fromByteOffset: end, as: UInt64.self)
            return KeptDigest.of(start, end, key: key) == UInt64(littleEndian: digest)
        }
        guard fits else { throw .damaged }
    }

    mutating func number() throws(KeptDoubt) -> UInt64 {
        guard place + 8 <= end else { throw .damaged }
        let value = all.withUnsafeBytes { [place] in
            $0.loadUnaligned(fromByteOffset: place, as: UInt64.self)
        }
        place += 8
        return UInt64(littleEndian: value)
    }

    mutating func int() throws(KeptDoubt) -> Int { Int(truncatingIfNeeded: try number()) }

    /// How many things follow, each of so many bytes at least.
    mutating func count(_ size: Int) throws(KeptDoubt) -> Int {
        let count = try int()
        guard count >= 0, count <= (end - place) / size else { throw .damaged }
        return count
    }

    mutating func numbers() throws(KeptDoubt) -> [UInt64] {
        let count = try count(8)
        var values = [UInt64](repeating: 0, count: count)
        values.withUnsafeMutableBytes { [all, place] target in
            all.withUnsafeBytes {
                target.copyMemory(from: .init(rebasing: $0[place..<place + count * 8]))
            }
        }
        place += count * 8
        return values
    }

    mutating func ints() throws(KeptDoubt) -> [Int] {
        try numbers().map { Int(truncatingIfNeeded: $0) }
    }

    mutating func text() throws(KeptDoubt) -> String {
        let count = try count(1)
        let text = String(decoding: all[place..<place + count], as: UTF8.self)
        place += count
        return text
    }

    mutating func file() throws(KeptDoubt) -> KeptState.File {
        let name = try text()
        let size = try int()
        var blocks: [KeptDirectory.Block] = []
        for _ in 0..<(try count(40)) {
            blocks.append(
                .init(
                    offset: try int(), count: try int(), firstPlace: try number(),
                    lastPlace: try number(), digests: try numbers()))
        }
        return .init(name: name, directory: KeptDirectory(size: size, blocks: blocks))
    }
}
