import Assay
import FoundationEssentials
import Glibc

/// Writes a ``ViolationFile`` line by line, in bounded memory.
struct ViolationWriter: Sendable {
    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var written = 0

    /// Makes the file and writes its first line.
    init(path: String, header: ViolationFile.Header) throws(Refusal) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw ViolationWriter.refusal(path) }
        try add(header)
    }

    /// Adds a record.
    mutating func add(_ record: some Encodable) throws(Refusal) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(record) else {
            throw Refusal("cannot write \(path): a name in it has no JSON form")
        }
        buffer += data
        try end()
    }

    /// Adds a violation: its identity, and the numbers of the checks it breaks.
    mutating func add(identity: String, checks: String) throws(Refusal) {
        buffer += identity.utf8
        buffer.append(UInt8(ascii: " "))
        buffer += checks.utf8
        try end()
    }

    /// Where the next line will stand.
    var place: Int { written + buffer.count }

    /// Takes back all that stands behind a place.
    mutating func cut(to place: Int) throws(Refusal) {
        try flush()
        guard ftruncate(descriptor, off_t(place)) == 0,
            lseek(descriptor, off_t(place), SEEK_SET) >= 0
        else { throw ViolationWriter.refusal(path) }
        written = place
    }

    /// Writes the last line and closes the file.
    mutating func finish() throws(Refusal) {
        buffer += ViolationFile.end
        try end()
        try flush()
        close(descriptor)
    }

    /// Closes a file that is not needed, and takes it away.
    func discard() {
        var facts = stat()
        // What is no file was there before, and stays.
        let isFile = fstat(descriptor, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
        close(descriptor)
        if isFile { unlink(path) }
    }

    private mutating func end() throws(Refusal) {
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count >= 65_536 { try flush() }
    }

    private mutating func flush() throws(Refusal) {
        var sent = 0
        while sent < buffer.count {
            let count = buffer.withUnsafeBytes { bytes in
                write(descriptor, bytes.baseAddress?.advanced(by: sent), bytes.count - sent)
            }
            if count < 0, errno != EINTR { throw ViolationWriter.refusal(path) }
            sent += max(0, count)
        }
        written += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    private static func refusal(_ path: String) -> Refusal {
        Refusal("cannot write \(path): \(String(cString: strerror(errno)))")
    }
}
