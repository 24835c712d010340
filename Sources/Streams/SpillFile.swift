import Glibc

/// A temporary file without a name, which goes with the last process that has it open.
final class SpillFile {
    /// Why the file could not be written or read.
    struct Failure: Error, CustomStringConvertible {
        let folder: String
        let reason: String

        var description: String {
            "\(folder) cannot hold the keys that --memory has no room for: \(reason); "
                + "set TMPDIR to a folder with more room, or give more --memory"
        }
    }

    private let descriptor: Int32
    private let folder: String
    private var end = 0

    init() throws(Failure) {
        folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(folder)/assay-keys-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw Failure(folder: folder, reason: errnoText()) }
        unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    deinit { close(descriptor) }

    /// Writes bytes at the end, and says where they begin.
    func append(_ bytes: UnsafeRawBufferPointer) throws(Failure) -> Int {
        guard writeWhole(bytes, to: descriptor, at: end) else {
            throw Failure(folder: folder, reason: errnoText())
        }
        defer { end += bytes.count }
        return end
    }

    /// Reads bytes from a place.
    func read(at offset: Int, into bytes: UnsafeMutableRawBufferPointer) throws(Failure) {
        guard readWhole(bytes, from: descriptor, at: offset) else {
            throw Failure(folder: folder, reason: errnoText())
        }
    }
}

/// What the system has just said; a file that ends too early says nothing.
private func errnoText() -> String {
    errno == 0 ? "it was cut short" : String(cString: strerror(errno))
}
