import Glibc

/// What is kept of a table cannot be relied on, for this reason.
package struct KeptDoubt: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }

    package static let damaged = KeptDoubt("what was kept of it is damaged")
    /// What the system has just said of a file.
    static var unreadable: KeptDoubt {
        errno == ENOENT
            ? KeptDoubt("what was kept of it is gone")
            : KeptDoubt("what was kept of it cannot be read: \(String(cString: strerror(errno)))")
    }
}

extension KeptDoubt {
    /// What ``readWhole(_:from:at:)`` has just said: that the file ends too early, or that it cannot be read.
    static var notRead: KeptDoubt { errno == 0 ? .damaged : .unreadable }
}

/// A file of kept rows.
package struct KeptFile: Sendable {
    private let path: String
    let directory: KeptDirectory
    private let layout: KeptLayout
    private let key: UInt64
    private var reader: KeptReader?

    /// Finds a file.
    ///
    /// - Parameters:
    ///   - path: Where it is.
    ///   - directory: What stands where.
    ///   - program: What it was made by.
    ///   - key: The key of its digests.
    ///   - isHeld: Whether it can be read also when it was deleted meanwhile.
    /// - Throws: That it is gone or damaged.
    package init(
        path: String, directory: KeptDirectory, program: StreamProgram, key: UInt64, isHeld: Bool
    ) throws(KeptDoubt) {
        self.path = path
        self.directory = directory
        self.key = key
        layout = KeptLayout(program)
        var status = Glibc.stat()
        guard stat(path, &status) == 0 else { throw .unreadable }
        guard Int(status.st_size) == directory.size else { throw .damaged }
        for block in directory.blocks {
            guard block.digests.count == layout.columns + 1, block.offset >= 0, block.count > 0,
                block.count <= KeptBlock.capacity,
                block.offset + KeptRows.size(block.count, layout) <= directory.size
            else { throw .damaged }
        }
        if isHeld { reader = try opened() }
    }

    /// Opens it.
    func opened() throws(KeptDoubt) -> KeptReader {
        if let reader { return reader }
        return try KeptReader(path, directory, layout, key: key)
    }
}

/// An open file of kept rows; each part of it is held against its digest when it is read.
final class KeptReader: Sendable {
    let directory: KeptDirectory
    private let layout: KeptLayout
    private let key: UInt64
    private let descriptor: Int32

    fileprivate init(
        _ path: String, _ directory: KeptDirectory, _ layout: KeptLayout, key: UInt64
    ) throws(KeptDoubt) {
        self.directory = directory
        self.layout = layout
        self.key = key
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable }
    }

    deinit { close(descriptor) }

    /// Reads parts of the rows of a block.
    ///
    /// - Parameters:
    ///   - block: The number of the block.
    ///   - columns: Which columns.
    ///   - planes: Whether all planes.
    ///   - buffer: Takes them, beside what was read of the same block before.
    /// - Returns: The rows, of which nothing else may be looked at.
    /// - Throws: That they are not as they were written.
    func read(
        _ block: Int, columns: [Int], planes: Bool = false, into buffer: KeptBuffer
    ) throws(KeptDoubt) -> KeptRows {
        let entry = directory.blocks[block]
        let rows = KeptRows(contiguous: entry.count, at: UnsafeRawPointer(buffer.bytes), layout)
        for column in columns {
            let size = entry.count * 8
            try read(entry.offset + column * size, size, to: buffer.bytes + column * size)
            guard KeptDigest.of(rows.column(column), size, key: key) == entry.digests[column] else {
                throw .damaged
            }
        }
        if planes, layout.planes > 0 {
            let start = layout.columns * entry.count * 8
            let size = layout.planes * KeptRows.planeBytes(entry.count)
            try read(entry.offset + start, size, to: buffer.bytes + start)
            guard rows.planesDigest(layout, key: key) == entry.digests[layout.columns] else {
                throw .damaged
            }
        }
        return rows
    }

    private func read(
        _ offset: Int, _ size: Int, to target: UnsafeMutableRawPointer
    ) throws(KeptDoubt) {
        let target = UnsafeMutableRawBufferPointer(start: target, count: size)
        guard readWhole(target, from: descriptor, at: offset) else { throw .notRead }
    }
}

/// Memory for the rows of one block after the other.
///
/// Unchecked: only one uses it at a time.
final class KeptBuffer: @unchecked Sendable {
    let bytes: UnsafeMutableRawPointer

    init(_ layout: KeptLayout) {
        bytes = .allocate(
            byteCount: KeptRows.size(KeptBlock.capacity, layout), alignment: 64)
    }

    deinit { bytes.deallocate() }
}
