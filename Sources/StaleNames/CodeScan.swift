import FoundationEssentials
import Auditor

/// What programs ask of a database, as far as their text tells.
public struct CodeScan: Sendable {
    /// Every SQL statement, in order of files and places; also those that define something.
    public private(set) var statements: [CodeStatement] = []
    /// How many files were read.
    public private(set) var files = 0
    /// How many bytes they hold.
    public private(set) var bytes = 0
    /// How many requests of PostgREST clients they hold.
    public var requests: Int { chains.count }

    /// The files that could not be read.
    public var unreadFiles: [String] {
        unread.filter { $0.source.bytes.isEmpty }.map(\.source.path)
    }

    private(set) var chains: [ClientChain] = []
    private(set) var unread: [UnreadStatement] = []
    /// What each file, or the folder of scripts around it, makes itself.
    private var own: [String: OwnNames] = [:]

    /// Reads the code in some folders.
    ///
    /// - Parameters:
    ///   - paths: Folders, or files.
    ///   - isChosen: Which of their files are read.
    ///   - progress: Told how many of how many files are read, from any thread.
    /// - Throws: A `Refusal` where a path does not exist, or `CancellationError`.
    public init(
        _ paths: [String], where isChosen: (String) -> Bool = { _ in true },
        progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws {
        let listed = try await CodeFiles(in: paths, where: isChosen)
        let parts = try await Self.parts(of: listed.files, progress)
        files = listed.files.count
        for part in parts {
            bytes += part.bytes
            statements += part.statements
            chains += part.chains
            unread += part.unread
            own[part.scope, default: OwnNames()].formUnion(part.own)
        }
    }

    /// Reads one program's text, as a file of that name would be.
    package init(text: String, named name: String) {
        guard let language = CodeLanguage(fileName: name) else { return }
        let part = Part(SourceText(path: name, bytes: Array(text.utf8)), language)
        (files, bytes) = (1, part.bytes)
        (statements, chains, unread) = (part.statements, part.chains, part.unread)
        own[part.scope] = part.own
    }

    /// What a file, or the scripts beside it, make themselves.
    func own(of path: String) -> OwnNames { own[Self.scope(of: path)] ?? OwnNames() }

    /// Scripts of one folder run one after the other; a program stands for itself.
    private static func scope(of path: String) -> String {
        guard CodeLanguage(fileName: path) == .sql, let slash = path.lastIndex(of: "/") else {
            return CodeLanguage(fileName: path) == .sql ? "" : path
        }
        return String(path[...slash])
    }

    // MARK: Files

    /// What one file holds.
    private struct Part: Sendable {
        var statements: [CodeStatement] = []
        var chains: [ClientChain] = []
        var unread: [UnreadStatement] = []
        var own = OwnNames()
        var bytes = 0
        let scope: String

        init(_ source: SourceText, _ language: CodeLanguage) {
            scope = CodeScan.scope(of: source.path)
            bytes = source.bytes.count
            if language == .sql {
                let scan = SQLFileScan(source)
                (statements, unread) = (scan.statements, scan.unread)
            } else {
                let file = CodeFile(source, language: language)
                let scan = StatementScan(file)
                (statements, unread) = (scan.statements, scan.unread)
                let mentions = ChainScan.Mentions(source.bytes)
                for unit in file.units {
                    chains += ChainScan(unit, constants: file.constants, mentions: mentions).chains
                }
            }
            for statement in statements { own.add(statement.parsed) }
        }

        init(unreadable path: String, _ reason: String) {
            scope = CodeScan.scope(of: path)
            unread = [
                UnreadStatement(
                    source: SourceText(path: path, bytes: []), offset: 0, reason: reason)
            ]
        }
    }

    /// Reads files on all processors, in order.
    private static func parts(
        of files: [CodeFiles.File], _ progress: @escaping @Sendable (Int, Int) -> Void
    ) async throws -> [Part] {
        let width = max(1, min(8, ProcessInfo.processInfo.activeProcessorCount))
        return try await withThrowingTaskGroup(of: (Int, Part).self) { group in
            var parts: [Part?] = Array(repeating: nil, count: files.count)
            var next = 0
            var done = 0
            func start() {
                guard next < files.count else { return }
                let (number, file) = (next, files[next])
                next += 1
                group.addTask { (number, part(of: file)) }
            }
            for _ in 0..<width { start() }
            while let (number, part) = try await group.next() {
                try Task.checkCancellation()
                parts[number] = part
                done += 1
                progress(done, files.count)
                start()
            }
            return parts.compactMap { $0 }
        }
    }

    private static func part(of file: CodeFiles.File) -> Part {
        guard file.size <= CodeFiles.largest else {
            return Part(unreadable: file.path, "the file is larger than 2 MB")
        }
        guard let data = FileManager.default.contents(atPath: file.path) else {
            return Part(unreadable: file.path, "the file cannot be read")
        }
        let bytes = Array(data)
        guard !bytes.prefix(4_096).contains(0) else {
            return Part(unreadable: file.path, "the file is no text in UTF-8")
        }
        return Part(SourceText(path: file.path, bytes: bytes), file.language)
    }
}
