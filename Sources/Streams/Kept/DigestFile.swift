import Glibc

/// A file of what references may hold; see ``DigestSet``.
package final class DigestFile: Sendable {
    /// What a state knows of it.
    package struct Entry: Sendable, Equatable {
        /// Its name.
        package let name: String
        /// How many digests it holds.
        let count: Int
        /// The digest of all of it: of two files of one folder the same where they hold the same.
        let digest: UInt64

        init(name: String, count: Int, digest: UInt64) {
            self.name = name
            self.count = count
            self.digest = digest
        }

        /// What is known of the file once a set is written into it.
        package init(name: String, of set: DigestSet, key: UInt64) {
            self.init(
                name: name, count: set.count,
                digest: set.withBytes { KeptDigest.of($0, key: key) })
        }
    }

    private let entry: Entry
    private let key: UInt64
    private let descriptor: Int32

    /// Opens a file, which can be read then also when it was deleted meanwhile.
    ///
    /// - Parameters:
    ///   - path: Where it is.
    ///   - entry: What is known of it.
    ///   - key: The key of its hashes and digests.
    /// - Throws: That it is gone or damaged.
    package init(path: String, entry: Entry, key: UInt64) throws(KeptDoubt) {
        self.entry = entry
        self.key = key
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable }
        var status = Glibc.stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable }
        let (size, rest) = Int(status.st_size).quotientAndRemainder(dividingBy: 16)
        guard size == entry.count, rest == 0 else { throw .damaged }
    }

    deinit { close(descriptor) }

    /// How many bytes of memory it takes once it is read.
    package var footprint: Int { DigestSet.footprint(entry.count) }

    /// Whether it holds a set.
    package func holds(_ set: DigestSet) -> Bool {
        set.count == entry.count && set.withBytes { KeptDigest.of($0, key: key) } == entry.digest
    }

    /// Reads it.
    ///
    /// - Returns: What was written into it.
    /// - Throws: That it is not as it was written.
    package func read() throws(KeptDoubt) -> DigestSet {
        var isWhole = false
        let words = [UInt64](unsafeUninitializedCapacity: entry.count * 2) { words, filled in
            isWhole = readWhole(UnsafeMutableRawBufferPointer(words), from: descriptor, at: 0)
            filled = isWhole ? words.count : 0
        }
        guard isWhole else { throw .notRead }
        guard words.withUnsafeBytes({ KeptDigest.of($0, key: key) }) == entry.digest else {
            throw .damaged
        }
        return DigestSet(words: words, key: key)
    }

    /// Writes a set into an empty file.
    ///
    /// - Returns: Whether all of it could be written; `errno` says why not.
    package static func write(_ set: DigestSet, to descriptor: Int32) -> Bool {
        set.withBytes { writeWhole($0, to: descriptor, at: 0) }
    }
}
