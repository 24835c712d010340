import Auditor
import FoundationEssentials

/// `0001_name.sql`, or `0001_name.up.sql` beside `0001_name.down.sql`, with numbers or timestamps.
///
/// Supabase's `migrations/` is one of these. Files without a number run in the order of their names.
enum NumberedFiles: MigrationLayout {
    static let form = "files such as 0001_name.sql"

    static func entries(in listing: FolderListing) throws(Refusal) -> [MigrationEntry]? {
        let scripts = scripts(in: listing).filter { $0.hasSuffix(".sql") }
        guard !scripts.isEmpty else { return nil }
        let all = Set(scripts)
        return scripts.filter { !isWayBack($0, of: all) }.map(entry)
    }

    static func scripts(in listing: FolderListing) -> [String] {
        listing.scripts.filter { !$0.hasSuffix(".down.sql") }
    }

    /// The migration in one file, with its way back where that stands beside it.
    static func entry(of path: String) -> MigrationEntry {
        let parts = path.split(separator: "/")
        let file = parts.last.map(String.init) ?? path
        let isSupabase = parts.dropLast().suffix(2) == ["supabase", "migrations"]
        let isPaired = file.hasSuffix(".up.sql")
        let stem = file.hasSuffix(".sql") ? String(file.dropLast(isPaired ? 7 : 4)) : file
        let version = stem.prefix { $0.isASCII && $0.isNumber }
        let rest = stem.dropFirst(version.count)
        let name = String(rest.drop { "_-.".contains($0) })
        let down = ways.filter { path.hasSuffix($0.there) }
            .map { "\(path.dropLast($0.there.count))\($0.back)" }
            .first { FileManager.default.fileExists(atPath: $0) }
        return MigrationEntry(
            name: version.isEmpty || name.isEmpty ? stem : name,
            // A name such as 2fa.sql has no version.
            version: rest.first.map { "_-. ".contains($0) } ?? true ? String(version) : "",
            up: path, down: down,
            runsInTransaction: isSupabase || isPaired, exposed: isSupabase ? ["public"] : [])
    }

    /// How files are called that lead there and back.
    private static let ways: [(there: String, back: String)] = [
        (".up.sql", ".down.sql"), (".sql", ".down.sql"), ("_up.sql", "_down.sql"),
        (".sql", "_down.sql"), (".do.sql", ".undo.sql"), (".sql", ".undo.sql"),
    ]

    /// Whether a file leads back from another: `0002_scale_down.sql` alone is a migration.
    private static func isWayBack(_ file: String, of files: Set<String>) -> Bool {
        ways.contains {
            file.hasSuffix($0.back) && files.contains("\(file.dropLast($0.back.count))\($0.there)")
        }
    }
}
