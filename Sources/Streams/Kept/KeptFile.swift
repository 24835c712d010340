import Glibc

/// What is kept of a table cannot be relied on, for this reason.
package struct KeptDoubt: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }

    static let damaged = KeptDoubt("what was kept of it is damaged")
}

/// A file of kept rows, mapped into memory; each part of it is held against its digest before it is used.
///
/// Unchecked: only one looks at a block at a time.
package final class KeptFile: @unchecked Sendable {
    let directory: KeptDirectory
    let layout: KeptLayout
    private let key: UInt64
    private let bytes: UnsafeRawPointer
    /// By block, whether each column is verified, and at last whether the planes are.
    private let isVerified: UnsafeMutablePointer<Bool>

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: Where it is.
    ///   - directory: What stands where.
    ///   - program: What it was made by.
    ///   - key: The key of its digests.
    /// - Throws: That it is gone or damaged.
    package init(
        path: String, directory: KeptDirectory, program: StreamProgram, key: UInt64
    ) throws(KeptDoubt) {
        self.directory = directory
        self.key = key
        layout = KeptLayout(program)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw KeptDoubt("what was kept of it is gone") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, Int(status.st_size) == directory.size else {
            throw .damaged
        }
        for block in directory.blocks {
            guard block.digests.count == layout.columns + 1, block.offset >= 0, block.count > 0,
                block.count <= KeptBlock.capacity,
                block.offset + KeptRows.size(block.count, layout) <= directory.size
            else { throw .damaged }
        }
        // An empty file cannot be mapped.
        let size = max(directory.size, 1)
        guard let mapped = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0),
            mapped != MAP_FAILED
        else { throw .damaged }
        bytes = UnsafeRawPointer(mapped)
        let parts = directory.blocks.count * (layout.columns + 1)
        isVerified = .allocate(capacity: parts)
        isVerified.initialize(repeating: false, count: parts)
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: bytes), max(directory.size, 1))
        isVerified.deallocate()
    }

    /// The rows of a block, of which these columns are as they were written.
    func rows(_ block: Int, columns: Int...) throws(KeptDoubt) -> KeptRows {
        let rows = unverified(block)
        let isVerified = isVerified + block * (layout.columns + 1)
        for column in columns where !isVerified[column] {
            let digest = KeptDigest.of(rows.column(column), rows.count * 8, key: key)
            guard digest == directory.blocks[block].digests[column] else { throw .damaged }
            isVerified[column] = true
        }
        return rows
    }

    /// The rows of a block, of which the planes are as they were written.
    func planes(_ block: Int) throws(KeptDoubt) -> KeptRows {
        let rows = unverified(block)
        let isVerified = isVerified + block * (layout.columns + 1)
        if !isVerified[layout.columns] {
            guard
                rows.planesDigest(layout, key: key)
                    == directory.blocks[block].digests[layout.columns]
            else { throw .damaged }
            isVerified[layout.columns] = true
        }
        return rows
    }

    /// The rows of a block, of which all is as it was written.
    func wholeRows(_ block: Int) throws(KeptDoubt) -> KeptRows {
        for column in 0..<layout.columns { _ = try rows(block, columns: column) }
        return try planes(block)
    }

    /// Says that a block is not looked at for a while, so that its pages need not stay in memory.
    func release(_ block: Int) {
        let entry = directory.blocks[block]
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let start = (entry.offset + page - 1) / page * page
        let length = (entry.offset + KeptRows.size(entry.count, layout)) / page * page - start
        guard length > 0 else { return }
        madvise(UnsafeMutableRawPointer(mutating: bytes + start), length, MADV_DONTNEED)
    }

    private func unverified(_ block: Int) -> KeptRows {
        let entry = directory.blocks[block]
        return KeptRows(contiguous: entry.count, at: bytes + entry.offset, layout)
    }
}
