import Glibc

/// The state as a file: numbers of 64 bits and texts, behind their length and their digest, and then the lists of
/// millions of numbers, whose lengths and digests stand among the former. So those need no memory but their own.
extension KeptState {
    /// Changes with the format of the files, and with what they mean.
    private static let magic: UInt64 = 0x4153_5341_594b_0005

    /// Reads a state.
    ///
    /// - Parameters:
    ///   - descriptor: The file.
    ///   - key: The key of its digests.
    /// - Throws: That it is damaged.
    package init(from descriptor: Int32, key: UInt64) throws(KeptDoubt) {
        var reader = try Reader(descriptor, key: key)
        guard try reader.number() == Self.magic else {
            throw KeptDoubt("another version of Assay kept what is known of it")
        }
        var fingerprint: [String] = []
        for _ in 0..<(try reader.count(8)) { fingerprint.append(try reader.text()) }
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
        let superseded = try reader.list()
        var parents: [DigestFile.Entry] = []
        for _ in 0..<(try reader.count(24)) { parents.append(try reader.entry()) }
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
        guard superseded.count == words, reader.isAtEnd else { throw .damaged }
        self.init(
            fingerprint: fingerprint, snapshot: snapshot, taken: taken, files: files,
            counts: counted, superseded: superseded, parents: parents, groupings: groupings,
            largest: largest)
    }

    /// Refuses a state that another program has made, although its fingerprint fits.
    package func refuse(unlessOf program: StreamProgram) throws(KeptDoubt) {
        guard counts.scopes.count == program.rowChecks.count,
            counts.parts.count == program.rowChecks.count,
            counts.references.count == program.references.count,
            parents.count == program.parentCount,
            groupings.count == program.groupings.count,
            counts.groupings.count == program.groupings.count,
            largest.count == program.largest.count,
            zip(counts.parts, program.rowChecks).allSatisfy({ $0.count == $1.parts.count })
        else { throw .damaged }
    }

    /// Writes the file.
    ///
    /// - Parameters:
    ///   - descriptor: An empty file.
    ///   - key: The key of its digests.
    /// - Returns: Whether all of it could be written; `errno` says why not.
    package func write(to descriptor: Int32, key: UInt64) -> Bool {
        var writer = Writer(key: key)
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
        writer.list(superseded)
        writer.int(parents.count)
        for parent in parents { writer.entry(parent) }
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
        return writer.write(to: descriptor)
    }
}

private struct Writer {
    private let key: UInt64
    private var bytes: [UInt8] = []
    private var lists: [[UInt64]] = []

    init(key: UInt64) { self.key = key }

    mutating func number(_ value: UInt64) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func int(_ value: Int) { number(UInt64(bitPattern: Int64(value))) }

    mutating func numbers(_ values: [UInt64]) {
        int(values.count)
        values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    /// A list that stands behind all else.
    mutating func list(_ values: [UInt64]) {
        int(values.count)
        number(values.withUnsafeBytes { KeptDigest.of($0, key: key) })
        lists.append(values)
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

    mutating func entry(_ entry: DigestFile.Entry) {
        text(entry.name)
        int(entry.count)
        number(entry.digest)
    }

    /// Writes the length and the digest of what is no list, that, and the lists.
    func write(to descriptor: Int32) -> Bool {
        let digest = bytes.withUnsafeBytes { KeptDigest.of($0, key: key) }
        let start = [UInt64(bytes.count), digest].map(\.littleEndian)
        var place = 0
        func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
            defer { place += bytes.count }
            return writeWhole(bytes, to: descriptor, at: place)
        }
        return start.withUnsafeBytes(write) && bytes.withUnsafeBytes(write)
            && lists.allSatisfy { $0.withUnsafeBytes(write) }
    }
}

private struct Reader {
    private let descriptor: Int32
    private let key: UInt64
    /// What is no list.
    private var all: [UInt8]
    private var place = 0
    private var end: Int { all.count }
    /// Where the next list begins, and all ends.
    private var next: Int
    private let size: Int

    init(_ descriptor: Int32, key: UInt64) throws(KeptDoubt) {
        self.descriptor = descriptor
        self.key = key
        var status = Glibc.stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable }
        size = Int(status.st_size)
        var start: [UInt64] = [0, 0]
        guard start.withUnsafeMutableBytes({ readWhole($0, from: descriptor, at: 0) }) else {
            throw .notRead
        }
        guard let count = Int(exactly: UInt64(littleEndian: start[0])), count <= size - 16
        else { throw .damaged }
        next = 16 + count
        all = [UInt8](repeating: 0, count: count)
        guard all.withUnsafeMutableBytes({ readWhole($0, from: descriptor, at: 16) }) else {
            throw .notRead
        }
        guard
            all.withUnsafeBytes({ KeptDigest.of($0, key: key) }) == UInt64(littleEndian: start[1])
        else { throw .damaged }
    }

    /// Whether the file ends behind the last list that was read.
    var isAtEnd: Bool { next == size }

    /// A list that stands behind all else.
    mutating func list() throws(KeptDoubt) -> [UInt64] {
        let count = try int()
        let digest = try number()
        guard count >= 0, count <= (size - next) / 8 else { throw .damaged }
        let isRead: (UnsafeMutableRawBufferPointer) -> Bool = { [descriptor, next] in
            readWhole($0, from: descriptor, at: next)
        }
        var isWhole = false
        let values = [UInt64](unsafeUninitializedCapacity: count) { values, filled in
            isWhole = isRead(UnsafeMutableRawBufferPointer(values))
            filled = isWhole ? count : 0
        }
        guard isWhole else { throw .notRead }
        guard values.withUnsafeBytes({ KeptDigest.of($0, key: key) }) == digest else {
            throw .damaged
        }
        next += count * 8
        return values
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

    mutating func entry() throws(KeptDoubt) -> DigestFile.Entry {
        .init(name: try text(), count: try int(), digest: try number())
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
