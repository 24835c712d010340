import Auditor
import FoundationEssentials
import Glibc

/// A file that somebody names, and that appears whole or not at all.
struct OutputFile {
    private let path: String

    /// Names the file; a link is one to the file it leads to.
    init(_ path: String) {
        var path = path
        // As many links as the system follows.
        for _ in 0..<40 {
            guard let next = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
            else { break }
            path = next.hasPrefix("/") ? next : "\(OutputFile.folder(of: path))/\(next)"
        }
        self.path = path
    }

    /// Refuses a place that cannot be written to, before anything is done for it.
    func refuseUnwritable() throws(Refusal) {
        guard let facts = try facts(), !facts.isFile else {
            let trial = try Neighbour(of: path, mode: nil)
            trial.discard()
            return
        }
        guard access(path, W_OK) == 0 else { throw refusal }
    }

    /// Writes the text: beside the file first, which it then replaces.
    ///
    /// A device or a pipe is written to; it stays what it is.
    func write(_ text: String) throws(Refusal) {
        let facts = try facts()
        guard facts?.isFile ?? true else {
            let descriptor = open(path, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw refusal }
            defer { close(descriptor) }
            guard send(text, to: descriptor) == 0 else { throw refusal }
            return
        }
        let whole = try Neighbour(of: path, mode: facts.map { $0.st_mode & 0o7777 })
        guard send(text, to: whole.descriptor) == 0, rename(whole.path, path) == 0 else {
            let refusal = refusal
            whole.discard()
            throw refusal
        }
        close(whole.descriptor)
    }

    /// What is there; `nil` where nothing is.
    private func facts() throws(Refusal) -> stat? {
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            guard errno == ENOENT else { throw refusal }
            return nil
        }
        guard facts.st_mode & S_IFMT != S_IFDIR else {
            throw Refusal("\(path) is a folder; name a file in it")
        }
        return facts
    }

    private var refusal: Refusal { OutputFile.refusal(of: path) }

    /// Why a path cannot be written, as the system just said.
    static func refusal(of path: String) -> Refusal {
        Refusal("cannot write \(path): \(String(cString: strerror(errno)))")
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

/// A new file beside another one, which it may replace.
private struct Neighbour {
    let path: String
    let descriptor: Int32

    /// Makes the file.
    ///
    /// - Parameters:
    ///   - other: The other one.
    ///   - mode: Who may do what with it; what the process gives new files where nil.
    /// - Throws: A refusal where it cannot be made.
    init(of other: String, mode: mode_t?) throws(Refusal) {
        let number = String(UInt64.random(in: 0 ... .max), radix: 36)
        path = "\(OutputFile.folder(of: other))/.assay-\(number)"
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0, mode.map({ fchmod(descriptor, $0) }) ?? 0 == 0 else {
            let refusal = OutputFile.refusal(of: other)
            if descriptor >= 0 { discard() }
            throw refusal
        }
    }

    /// Takes it away again.
    func discard() {
        close(descriptor)
        unlink(path)
    }
}

extension stat {
    fileprivate var isFile: Bool { st_mode & S_IFMT == S_IFREG }
}

/// Writes a text to an open file, all of it, also where the reader is slow.
///
/// - Returns: 0, or the number of what went wrong, which `errno` is too.
func send(_ text: String, to file: Int32) -> Int32 {
    var text = text
    return text.withUTF8 { bytes in
        var sent = 0
        while sent < bytes.count {
            let written = write(file, bytes.baseAddress?.advanced(by: sent), bytes.count - sent)
            if written >= 0 {
                sent += written
            } else if errno == EAGAIN {
                var waiting = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
                poll(&waiting, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }
}
