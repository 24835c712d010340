public import Auditor
import FoundationEssentials

/// Finds migrations in files and folders, in the order in which their runner runs them.
public enum MigrationFolder {
    /// Reads the migrations that some paths name.
    ///
    /// A folder is recognised by what it holds: numbered or timestamped files with or without a way
    /// back, folders with `up.sql` and `down.sql`, Flyway's names, or a `sqitch.plan`.
    ///
    /// - Parameter paths: Files and folders.
    /// - Returns: The migrations, folder by folder in their order, and files as they are named.
    /// - Throws: A refusal for a path that is not there, an empty folder, a version used twice, or a script
    ///   that is not laid out as the others are.
    public static func migrations(at paths: [String]) async throws(Refusal) -> [Migration] {
        var entries: [MigrationEntry] = []
        for path in paths { entries += try self.entries(at: path) }
        return try await read(entries)
    }

    /// Reads files on all processors: parsing is most of what a gate does.
    private static func read(_ entries: [MigrationEntry]) async throws(Refusal) -> [Migration] {
        let tasks = min(ProcessInfo.processInfo.activeProcessorCount, entries.count)
        guard tasks > 1 else {
            return try entries.map { entry throws(Refusal) in try entry.read() }
        }
        let results = await withTaskGroup { group in
            for first in 0..<tasks {
                group.addTask {
                    stride(from: first, to: entries.count, by: tasks).map { index in
                        (index, Result { () throws(Refusal) in try entries[index].read() })
                    }
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        return try results.sorted { $0.0 < $1.0 }.map { result throws(Refusal) in
            try result.1.get()
        }
    }

    private static func entries(at path: String) throws(Refusal) -> [MigrationEntry] {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Refusal("there is no file and no folder \(path)")
        }
        guard isFolder else { return [NumberedFiles.entry(of: path)] }
        let listing = try FolderListing(path)
        for layout in layouts {
            guard let entries = try layout.entries(in: listing) else { continue }
            let sorted = entries.sorted { $0.order < $1.order }
            try refuseTwins(sorted)
            try refuseLeftOver(in: listing, of: layout, beside: sorted)
            return sorted
        }
        if let below = listing.folders.first(where: { $0 == "migrations" }) {
            return try entries(at: "\(listing.path)/\(below)")
        }
        throw Refusal(
            "\(path) holds no migration; expected are files such as 0001_name.sql or "
                + "V1__name.sql, folders with an up.sql, or a sqitch.plan")
    }

    private static let layouts: [any MigrationLayout.Type] = [
        SqitchPlan.self, FlywayFiles.self, FolderPerMigration.self, NumberedFiles.self,
    ]

    /// What is not judged must not pass, so that no script is left out without a word.
    private static func refuseLeftOver(
        in listing: FolderListing, of layout: any MigrationLayout.Type,
        beside entries: [MigrationEntry]
    ) throws(Refusal) {
        let taken = Set(entries.flatMap { [$0.up] + [$0.down].compactMap(\.self) })
        let left = try layout.scripts(in: listing).filter { !taken.contains($0) }
        guard !left.isEmpty else { return }
        throw Refusal(
            left.map {
                Refusal.Item(
                    "\($0) is not judged: the migrations of \(listing.path) are \(layout.form), and it is "
                        + "none; name it as they are named, or move it out of the folder")
            })
    }

    private static func refuseTwins(_ sorted: [MigrationEntry]) throws(Refusal) {
        let problems = zip(sorted, sorted.dropFirst()).compactMap { first, second in
            first.version.isEmpty || first.order.number != second.order.number
                ? nil
                : Refusal.Item(
                    "\(first.up) and \(second.up) both have the version \(second.version); their "
                        + "order is not determined, so give one of them another")
        }
        if !problems.isEmpty { throw Refusal(problems) }
    }
}

/// A convention for where migrations stand and in which order they run.
protocol MigrationLayout: SendableMetatype {
    /// How its migrations are named, for people.
    static var form: String { get }
    /// The migrations of a folder in any order, or `nil` where it is not laid out like this.
    static func entries(in listing: FolderListing) throws(Refusal) -> [MigrationEntry]?
    /// The scripts that must all be among its migrations or their ways back.
    static func scripts(in listing: FolderListing) throws(Refusal) -> [String]
}

extension MigrationLayout {
    static func scripts(in listing: FolderListing) throws(Refusal) -> [String] { listing.scripts }
}

/// What a folder holds, by name.
struct FolderListing {
    let path: String
    let files: [String]
    let folders: [String]

    /// The paths of the files whose names say that they hold SQL.
    var scripts: [String] {
        files.filter { file in
            [".sql", ".pgsql", ".psql"].contains { file.lowercased().hasSuffix($0) }
        }
        .map { "\(path)/\($0)" }
    }

    init(_ path: String) throws(Refusal) {
        let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        self.path = path
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        } catch {
            throw Refusal("\(path) cannot be listed; its permissions may forbid it")
        }
        let visible = names.filter { !$0.hasPrefix(".") }
        let isFolder = { (name: String) in
            var isFolder = false
            return FileManager.default.fileExists(
                atPath: "\(path)/\(name)", isDirectory: &isFolder) && isFolder
        }
        folders = visible.filter(isFolder)
        let below = Set(folders)
        files = visible.filter { !below.contains($0) }
    }
}

/// A migration that was found and not yet read.
struct MigrationEntry: Sendable {
    /// Where a migration stands among others.
    struct Order: Comparable, Sendable {
        /// The parts of its version as numbers without leading zeros; what is repeated comes last.
        let number: [String]
        let name: String

        static func < (left: Order, right: Order) -> Bool {
            if left.number == right.number { return left.name < right.name }
            return left.number.lexicographicallyPrecedes(right.number) {
                ($0.utf8.count, $0) < ($1.utf8.count, $1)
            }
        }
    }

    let name: String
    let version: String
    let order: Order
    /// The path of the script.
    let up: String
    /// The path of the way back.
    let down: String?
    let runsInTransaction: Bool
    let exposed: [String]

    init(
        name: String, version: String, position: Int? = nil, up: String, down: String? = nil,
        runsInTransaction: Bool, exposed: [String] = []
    ) {
        self.name = name
        self.version = version
        self.up = up
        self.down = down
        self.runsInTransaction = runsInTransaction
        self.exposed = exposed
        let numbers = position.map { ["\($0)"] } ?? Self.numbers(version)
        order = Order(number: numbers, name: name)
    }

    func read() throws(Refusal) -> Migration {
        let text = try Self.text(of: up)
        let sections = MigrationSections(text)
        var back = sections.down.map { Migration.Script(file: up, text: $0) }
        if let down { back = Migration.Script(file: down, text: try Self.text(of: down)) }
        return Migration(
            name: name, version: version, up: .init(file: up, text: sections.up), down: back,
            runsInTransaction: sections.runsInTransaction ?? runsInTransaction, exposed: exposed)
    }

    static func text(of path: String) throws(Refusal) -> String {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw Refusal("\(path) cannot be read; it may be gone, or its permissions forbid it")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Refusal("\(path) is not UTF-8 text; convert it with iconv -t UTF-8")
        }
        return text
    }

    private static func numbers(_ version: String) -> [String] {
        version.split { $0 == "." || $0 == "_" }.map { part in
            let digits = part.drop { $0 == "0" }
            return digits.isEmpty ? "0" : String(digits)
        }
    }
}
