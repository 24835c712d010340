import Auditor
import FoundationEssentials

/// `0001_name/up.sql` and `down.sql`, as Diesel has them, or `0001_name/migration.sql`, as Prisma.
enum FolderPerMigration: MigrationLayout {
    static let form = "folders such as 0001_name/ with an up.sql or a migration.sql"

    static func entries(in listing: FolderListing) throws(Refusal) -> [MigrationEntry]? {
        if let own = entry(listing.path) { return [own] }
        let entries = listing.folders.compactMap { entry("\(listing.path)/\($0)") }
        return entries.isEmpty ? nil : entries
    }

    static func scripts(in listing: FolderListing) throws(Refusal) -> [String] {
        var scripts = listing.scripts
        if entry(listing.path) == nil {
            for folder in listing.folders {
                scripts += try FolderListing("\(listing.path)/\(folder)").scripts
            }
        }
        return scripts
    }

    private static func entry(_ folder: String) -> MigrationEntry? {
        let files = FileManager.default
        let name = folder.split(separator: "/").last ?? ""
        let version = name.prefix { $0.isASCII && ($0.isNumber || $0 == "-") }
        let isDiesel = files.fileExists(atPath: "\(folder)/up.sql")
        let up = "\(folder)/\(isDiesel ? "up" : "migration").sql"
        guard files.fileExists(atPath: up) else { return nil }
        let down = "\(folder)/down.sql"
        let rest = name.dropFirst(version.count).drop { $0 == "_" }
        return MigrationEntry(
            name: rest.isEmpty ? String(name) : String(rest),
            version: version.filter { $0 != "-" }, up: up,
            down: files.fileExists(atPath: down) ? down : nil,
            runsInTransaction: isDiesel && !refusesTransaction(folder))
    }

    /// Diesel's `metadata.toml` may say `run_in_transaction = false`.
    private static func refusesTransaction(_ folder: String) -> Bool {
        guard let bytes = FileManager.default.contents(atPath: "\(folder)/metadata.toml") else {
            return false
        }
        return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).contains {
            $0.filter { !$0.isWhitespace } == "run_in_transaction=false"
        }
    }
}
