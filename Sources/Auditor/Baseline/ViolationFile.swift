import Assay
import FoundationEssentials
import Glibc

/// The identities of a run's violations, as `violations.txt` of its reports holds them.
///
/// `reports/README.md` is the grammar. The file is never held in memory: its sections are sorted by
/// identity, so that two files are compared by reading both once.
public struct ViolationFile: Sendable {
    /// The first line: which run it was.
    public struct Header: Codable, Sendable, Hashable {
        /// The version of the grammar.
        public var version: Int
        /// `violations`.
        public var kind = "violations"
        /// The run's name.
        public var run: String
        /// When its snapshot was taken, in seconds since 1970.
        public var time: Double
        /// The suite's name.
        public var suite: String
        /// The audited database's name.
        public var database: String
        /// The cluster's system identifier, where the role could read it.
        public var systemIdentifier: String?
        /// What tells one salt of the identities from another.
        public var salt: String
        /// Whether the whole suite was run.
        public var isWhole: Bool

        /// The version of the grammar that this code writes.
        public static let currentVersion = 1
    }

    /// What a section holds: its checks by number, as the lines below it name them.
    struct Section: Codable, Sendable {
        var kind = "section"
        var checks: [String]
    }

    /// What became of a check.
    public struct Entry: Codable, Sendable, Hashable {
        var kind = "check"
        /// The check's identity.
        public var id: String
        /// What became of it.
        public var outcome: String
        /// How many violations it has, of its unit; `nil` where it was not evaluated.
        public var violations: Int?
        /// What is counted: `row`, `group`, or `check` where the check itself is the violation.
        public var unit: String
        /// Whether each violation has a line in a section.
        public var isIdentified: Bool
    }

    /// A section and where its lines lie.
    struct Place: Sendable {
        let checks: [String]
        let start: Int
        let end: Int
    }

    /// The file's path.
    public let path: String
    /// Which run it was.
    public let header: Header
    /// The checks in the order of the suite.
    public let entries: [Entry]
    let sections: [Place]
    private let entriesByID: [String: Entry]
    let file: OpenFile

    /// The name of the file in a run's folder.
    public static let name = "violations.txt"

    /// Reads where everything lies.
    ///
    /// - Throws: A refusal where there is no such file, or it is none of a finished run.
    public init(path: String) throws(Refusal) {
        self.path = path
        file = try OpenFile(path: path)
        var lines = LineReader(file: file, from: 0, to: file.size)
        header = try Self.header(of: lines.next(), path: path)
        var entries: [Entry] = []
        var open: (checks: [String], start: Int)?
        var sections: [Place] = []
        var isWhole = false
        let decoder = JSONDecoder()
        while true {
            let start = lines.position
            guard let line = lines.next() else { break }
            guard line.first == UInt8(ascii: "{") else { continue }
            if let section = open {
                sections.append(Place(checks: section.checks, start: section.start, end: start))
                open = nil
            }
            let data = Data(line)
            if let entry = try? decoder.decode(Entry.self, from: data), entry.kind == "check" {
                entries.append(entry)
            } else if let section = try? decoder.decode(Section.self, from: data) {
                open = (section.checks, lines.position)
            } else if line.elementsEqual(ViolationFile.end) {
                isWhole = true
            }
        }
        guard isWhole else {
            throw Refusal("\(path) is cut short: its run did not end; compare with another run")
        }
        self.entries = entries
        entriesByID = Dictionary(entries.map { ($0.id, $0) }) { first, _ in first }
        self.sections = sections
    }

    /// The last line.
    static let end = Array(#"{"kind":"end"}"#.utf8)

    /// The first line of a file, without the rest.
    static func header(at path: String) throws(Refusal) -> Header {
        let file = try OpenFile(path: path)
        var lines = LineReader(file: file, from: 0, to: min(file.size, 65_536))
        return try header(of: lines.next(), path: path)
    }

    private static func header(of line: ArraySlice<UInt8>?, path: String) throws(Refusal) -> Header
    {
        guard let line, let header = try? JSONDecoder().decode(Header.self, from: Data(line)),
            header.kind == "violations"
        else {
            throw Refusal(
                "\(path) does not hold the violations of a run; name a run in reports/, or the "
                    + "\(name) of one")
        }
        guard header.version == Header.currentVersion else {
            throw Refusal(
                "\(path) is of version \(header.version), and this command reads version "
                    + "\(Header.currentVersion); use the command that wrote it")
        }
        return header
    }

    /// The entry of a check.
    func entry(_ id: String) -> Entry? { entriesByID[id] }
}

/// A file that is open for reading and closes with its last reader.
final class OpenFile: Sendable {
    private let descriptor: Int32
    let size: Int

    init(path: String) throws(Refusal) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        var facts = stat()
        guard descriptor >= 0, fstat(descriptor, &facts) == 0 else {
            throw Refusal("cannot read \(path): \(String(cString: strerror(errno)))")
        }
        size = Int(facts.st_size)
    }

    deinit { close(descriptor) }

    /// Some of the bytes from a place on; none where they cannot be read.
    func bytes(from place: Int, atMost count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(0, pread(descriptor, buffer.baseAddress, count, off_t(place)))
        }
    }
}

/// The lines of a part of a file, one after the other.
struct LineReader: Sendable {
    private let file: OpenFile
    private let end: Int
    private var chunk: [UInt8] = []
    private var index = 0
    private var chunkStart: Int

    init(file: OpenFile, from start: Int, to end: Int) {
        self.file = file
        self.end = end
        chunkStart = start
    }

    /// Where the next line begins.
    var position: Int { chunkStart + index }

    /// The next line without its end; a last line that has none is cut short, and left out.
    mutating func next() -> ArraySlice<UInt8>? {
        while true {
            if let stop = lineBreak {
                defer { index = stop + 1 }
                return chunk[index..<stop]
            }
            let known = chunkStart + chunk.count
            let more = known < end ? file.bytes(from: known, atMost: min(65_536, end - known)) : []
            guard !more.isEmpty else { return nil }
            chunk = Array(chunk[index...]) + more
            chunkStart += index
            index = 0
        }
    }

    /// Where the line at hand ends, as far as it was read.
    private var lineBreak: Int? {
        chunk.withUnsafeBytes { bytes in
            guard index < bytes.count, let base = bytes.baseAddress,
                let found = memchr(base + index, Int32(UInt8(ascii: "\n")), bytes.count - index)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }
}
