import Glibc
import Synchronization

/// What is kept of the rows of a table, on its way into a file under a temporary name.
package final class KeptWriter: Sendable {
    private let path: String
    private let key: UInt64
    private let descriptor: Int32
    private let state = Mutex((end: 0, blocks: [KeptDirectory.Block]()))

    /// Creates a file, which has its name when all is written; nobody but the owner may read it.
    package init(path: String, key: UInt64) throws(KeptFailure) {
        self.path = path
        self.key = key
        descriptor = open("\(path).part", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw KeptFailure(path) }
    }

    deinit { close(descriptor) }

    /// Writes the rows of a block.
    func append(_ block: KeptBlock) throws(KeptFailure) {
        guard block.count > 0 else { return }
        let rows = block.rows
        let columnBytes = block.count * 8
        let columns = (0..<block.layout.columns).map {
            UnsafeRawBufferPointer(start: rows.column($0), count: columnBytes)
        }
        let planes = block.planes
        let digests =
            columns.map { KeptDigest.of($0, key: key) }
            + [planes.withUnsafeBytes { KeptDigest.of($0, key: key) }]
        let places = rows.column(KeptLayout.place)
        var first = UInt64.max
        var last: UInt64 = 0
        for row in 0..<block.count {
            first = min(first, places[row])
            last = max(last, places[row])
        }
        let offset = state.withLock { state in
            let offset = state.end
            state.end += KeptRows.size(block.count, block.layout)
            state.blocks.append(
                .init(
                    offset: offset, count: block.count, firstPlace: first, lastPlace: last,
                    digests: digests))
            return offset
        }
        var place = offset
        func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
            defer { place += bytes.count }
            return writeWhole(bytes, to: descriptor, at: place)
        }
        guard columns.allSatisfy(write), planes.withUnsafeBytes(write) else {
            throw KeptFailure(path)
        }
    }

    /// What stands where, once all is written.
    package func finish() throws(KeptFailure) -> KeptDirectory {
        guard rename("\(path).part", path) == 0 else { throw KeptFailure(path) }
        return state.withLock { state in
            KeptDirectory(
                size: state.end, blocks: state.blocks.sorted { $0.firstPlace < $1.firstPlace })
        }
    }

    /// Deletes the file.
    package func discard() {
        unlink("\(path).part")
        unlink(path)
    }
}

/// A file of what is kept could not be read or written.
package struct KeptFailure: Error, CustomStringConvertible {
    package let description: String

    init(_ path: String) { description = "\(path): \(String(cString: strerror(errno)))" }
}

/// What stands where in a file of kept rows.
package struct KeptDirectory: Sendable {
    struct Block: Sendable {
        let offset: Int
        let count: Int
        /// The lowest place of a row.
        let firstPlace: UInt64
        /// The highest place of a row.
        let lastPlace: UInt64
        /// By column, then that of all planes.
        let digests: [UInt64]

        /// How many words have a bit for each row.
        var words: Int { (count + 63) / 64 }
    }

    /// How long the file is.
    let size: Int
    /// The blocks, by their first places.
    let blocks: [Block]

    /// How many rows there are.
    package var rows: Int { blocks.reduce(0) { $0 + $1.count } }

    /// How many words have a bit for each row, where each block begins with a word of its own.
    var words: Int { blocks.reduce(0) { $0 + $1.words } }
}

/// A digest of bytes by which a torn or a foreign file is recognised.
enum KeptDigest {
    static func of(_ bytes: UnsafeRawBufferPointer, key: UInt64) -> UInt64 {
        bytes.baseAddress.map { of($0, bytes.count, key: key) } ?? 0
    }

    static func of(_ bytes: UnsafeRawPointer, _ count: Int, key: UInt64) -> UInt64 {
        // Four lanes, so that no multiplication waits for the last.
        var lanes = (key, key ^ 0x9e37, key ^ 0x79b9, key ^ 0x7f4a)
        var place = 0
        func word(_ offset: Int) -> UInt64 {
            bytes.loadUnaligned(fromByteOffset: place + offset, as: UInt64.self)
        }
        while count - place >= 64 {
            lanes.0 = ByteHash.combine(word(0) ^ lanes.0, word(8))
            lanes.1 = ByteHash.combine(word(16) ^ lanes.1, word(24))
            lanes.2 = ByteHash.combine(word(32) ^ lanes.2, word(40))
            lanes.3 = ByteHash.combine(word(48) ^ lanes.3, word(56))
            place += 64
        }
        let rest = UnsafeRawBufferPointer(start: bytes + place, count: count - place)
        let last = ByteHash.hash(rest, key: key ^ UInt64(count))
        return ByteHash.combine(
            ByteHash.combine(lanes.0, lanes.1),
            ByteHash.combine(ByteHash.combine(lanes.2, lanes.3), last))
    }
}

extension KeptRows {
    /// Rows that lie without gaps.
    init(contiguous count: Int, at bytes: UnsafeRawPointer, _ layout: KeptLayout) {
        self.init(
            count: count, bytes: bytes, columnStride: count * 8,
            planeStride: KeptRows.planeBytes(count), columns: layout.columns)
    }

    /// The digest of all planes.
    func planesDigest(_ layout: KeptLayout, key: UInt64) -> UInt64 {
        guard layout.planes > 0 else { return 0 }
        return KeptDigest.of(plane(0), layout.planes * planeStride, key: key)
    }
}
