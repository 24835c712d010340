import Auditor
import FoundationEssentials

/// `0001_name.sql`, or `0001_name.up.sql` beside `0001_name.down.sql`, with numbers or timestamps.
///
/// Supabase's `migrations/` is one of these. Files without a number run in the order of their names.
enum NumberedFiles: MigrationLayout {
    static func entries(in listing: FolderListing) throws(Refusal) -> [MigrationEntry]? {
        let scripts = listing.files.filter { $0.hasSuffix(".sql") && !isWayBack($0) }
        guard !scripts.isEmpty else { return nil }
        return scripts.map { entry(of: "\(listing.path)/\($0)") }
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
        let beside = path.dropLast(isPaired ? 7 : 4) + ".down.sql"
        let hasWayBack = FileManager.default.fileExists(atPath: String(beside))
        return MigrationEntry(
            name: version.isEmpty || name.isEmpty ? stem : name,
            // A name such as 2fa.sql has no version.
            version: rest.first.map { "_-. ".contains($0) } ?? true ? String(version) : "",
            up: path, down: hasWayBack ? String(beside) : nil,
            runsInTransaction: isSupabase || isPaired, exposed: isSupabase ? ["public"] : [])
    }

    private static func isWayBack(_ file: String) -> Bool {
        [".down.sql", ".undo.sql", "_down.sql"].contains { file.hasSuffix($0) }
    }
}
