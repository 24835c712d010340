import Assay
import FoundationEssentials
import Glibc
import Streams

/// The folder in which is kept what runs of a suite learned of a database.
struct StateFolder: Sendable {
    let path: String
    /// The key of all hashes and digests in it; a new one where there is none yet.
    let key: UInt64
    private let isThere: Bool

    /// What a file holds that a state speaks of, as its name ends.
    private enum Kind: String, CaseIterable {
        case rows = ".rows"
        case parents = ".parents"
    }

    /// Finds the folder.
    ///
    /// - Parameters:
    ///   - folder: What a person calls it.
    ///   - suite: The suite.
    ///   - database: The database.
    init(_ folder: String, suite: String, database: String) {
        path = [folder, "incremental", suite.asFileName, database.asFileName]
            .joined(separator: "/")
        let bytes = FileManager.default.contents(atPath: "\(path)/key")
        isThere = bytes?.count == 8
        key =
            if let bytes, isThere {
                bytes.reduce(0) { $0 << 8 | UInt64($1) }
            } else {
                UInt64.random(in: .min ... .max)
            }
    }

    /// Makes the folder where it is not there; nobody but its owner may look into it.
    ///
    /// - Throws: A refusal where it cannot be made.
    func make() throws(Refusal) {
        guard !isThere else { return }
        let file = "\(path)/key"
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw Refusal("cannot make the folder \(path) for what is kept: \(Self.reason)")
        }
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: key >> UInt64(56 - $0 * 8)) }
        do {
            try Self.write(to: file) { Glibc.write($0, bytes, bytes.count) == bytes.count }
        } catch {
            throw Refusal("cannot write \(file): \(error)")
        }
    }

    /// The state of a table as it was kept.
    ///
    /// - Parameter table: The table.
    /// - Returns: The state; `nil` where there is none.
    /// - Throws: That there is one which cannot be read.
    func state(of table: TableName) throws(KeptDoubt) -> TrackingFacts.Kept? {
        let file = file(of: table)
        guard let mark = StateMark(of: file) else { return nil }
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw KeptDoubt("what was kept of it cannot be read: \(Self.reason)")
        }
        defer { close(descriptor) }
        return (try KeptState(from: descriptor, key: key), mark, key)
    }

    /// The files of rows that a state speaks of.
    ///
    /// - Parameters:
    ///   - state: The state.
    ///   - program: What it was made by.
    ///   - areHeld: Whether they can be read also when another state has taken the place of this one.
    /// - Returns: The files.
    /// - Throws: That one is gone or damaged.
    func files(
        of state: KeptState, program: StreamProgram, areHeld: Bool
    ) throws(KeptDoubt) -> [KeptFile] {
        var files: [KeptFile] = []
        for file in state.files {
            files.append(
                try KeptFile(
                    path: "\(path)/\(file.name)", directory: file.directory, program: program,
                    key: key, isHeld: areHeld))
        }
        return files
    }

    /// The files of what references may hold that a state speaks of.
    ///
    /// - Parameter state: The state.
    /// - Returns: The files, which can be read also when another state has taken the place of this one.
    /// - Throws: That one is gone or damaged.
    func parents(of state: KeptState) throws(KeptDoubt) -> [DigestFile] {
        var files: [DigestFile] = []
        for entry in state.parents {
            files.append(try DigestFile(path: "\(path)/\(entry.name)", entry: entry, key: key))
        }
        return files
    }

    /// A name for a file of rows that nothing else has.
    func newRowsFile(of table: TableName) -> String { newFile(of: table, .rows) }

    private func newFile(of table: TableName, _ kind: Kind) -> String {
        prefix(of: table) + String(UInt64.random(in: .min ... .max), radix: 16) + kind.rawValue
    }

    /// What writes a file of rows, which has its name when all is written.
    func writer(of name: String) throws(KeptFailure) -> KeptWriter {
        try KeptWriter(path: "\(path)/\(name)", key: key)
    }

    /// Keeps a state; it appears whole or not at all, and files that it does not speak of go.
    ///
    /// - Parameters:
    ///   - state: The state.
    ///   - table: The table.
    ///   - parents: By parent, what references may hold, which gets a file of its own; `nil` where the state speaks
    ///     of one that holds it.
    /// - Throws: That it could not be written.
    func write(_ state: KeptState, of table: TableName, parents: [DigestSet?]) throws {
        var state = state
        var new: [String] = []
        do throws(StateFailure) {
            state.parents = try parents.enumerated().map { number, digests throws(StateFailure) in
                guard let digests else { return state.parents[number] }
                let name = newFile(of: table, .parents)
                try Self.write(to: "\(path)/\(name)") { DigestFile.write(digests, to: $0) }
                new.append(name)
                return DigestFile.Entry(name: name, of: digests, key: key)
            }
            try Self.write(to: file(of: table)) { state.write(to: $0, key: key) }
        } catch {
            for name in new { unlink("\(path)/\(name)") }
            throw error
        }
        let prefix = prefix(of: table)
        let named = Set(state.files.map(\.name) + state.parents.map(\.name))
        for name in try FileManager.default.contentsOfDirectory(atPath: path)
        where name.hasPrefix(prefix) && !named.contains(name) {
            let file = "\(path)/\(name)"
            // What is not whole another run may be writing, or one has died that did.
            if Kind.allCases.contains(where: { name.hasSuffix($0.rawValue) })
                || name.hasSuffix(".part") && Self.isOld(file)
            {
                unlink(file)
            }
        }
    }

    /// Whether nobody has written to a file for a day.
    private static func isOld(_ file: String) -> Bool {
        var status = Glibc.stat()
        return stat(file, &status) == 0 && time(nil) - status.st_mtim.tv_sec > 86_400
    }

    /// Forgets a table, so that it is read whole the next time.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - mark: The state that is worth nothing; what another run has written meanwhile stays. All without one.
    func remove(_ table: TableName, onlyIf mark: StateMark? = nil) {
        let file = file(of: table)
        if mark == nil || StateMark(of: file) == mark { unlink(file) }
    }

    private func file(of table: TableName) -> String { "\(path)/\(prefix(of: table))state" }

    private func prefix(of table: TableName) -> String {
        "\(table.schema.asFileName).\(table.name.asFileName)."
    }

    /// Writes a file, which appears whole or not at all.
    ///
    /// - Parameters:
    ///   - file: Its name.
    ///   - fill: Writes what is in it, or says that it cannot, for a reason that `errno` has.
    /// - Throws: Why it could not be written.
    private static func write(
        to file: String, _ fill: (_ descriptor: Int32) -> Bool
    ) throws(StateFailure) {
        let temporary = "\(file).\(getpid()).part"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StateFailure(description: reason) }
        var failure = fill(descriptor) ? nil : StateFailure(description: reason)
        close(descriptor)
        // What a crash tears does not fit its digest.
        if failure == nil, rename(temporary, file) != 0 {
            failure = StateFailure(description: reason)
        }
        if let failure {
            unlink(temporary)
            throw failure
        }
    }

    private static var reason: String { String(cString: strerror(errno)) }
}

/// Which of the states it is that were kept of a table: each is a file of its own.
struct StateMark: Equatable, Sendable {
    private let inode: UInt64
    private let seconds: Int
    private let nanoseconds: Int

    /// That of a file; `nil` where there is none.
    init?(of file: String) {
        var status = Glibc.stat()
        guard stat(file, &status) == 0 else { return nil }
        inode = UInt64(status.st_ino)
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
    }
}

/// What is kept could not be written.
struct StateFailure: Error, CustomStringConvertible {
    let description: String
}

extension String {
    /// The text as a part of a path: what is no letter, digit or `_-` of ASCII, as its bytes.
    fileprivate var asFileName: String {
        utf8.reduce(into: "") { name, byte in
            switch byte {
            case 48...57, 65...90, 97...122, 95, 45:
                name.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16)
                name += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
    }
}
