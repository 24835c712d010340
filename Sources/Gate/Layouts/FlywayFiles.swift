import Auditor

/// `V1.2__name.sql`, undone by `U1.2__name.sql`, and `R__name.sql`, which is repeated at the end; also in
/// folders below.
enum FlywayFiles: MigrationLayout {
    static let form = "Flyway's, such as V1__name.sql with two underscores"

    static func entries(in listing: FolderListing) throws(Refusal) -> [MigrationEntry]? {
        guard listing.scripts.contains(where: { File($0)?.sort == .versioned }) else { return nil }
        let files = try allScripts(in: listing).compactMap(File.init)
        let undos = Dictionary(
            files.filter { $0.sort == .undo }.map { ($0.version, $0.path) },
            uniquingKeysWith: { first, _ in first })
        let versioned = files.filter { $0.sort == .versioned }.map { file in
            MigrationEntry(
                name: file.name, version: file.version, up: file.path, down: undos[file.version],
                runsInTransaction: true)
        }
        // Behind every version, in the order of their names.
        let repeated = files.filter { $0.sort == .repeated }.enumerated().map { index, file in
            MigrationEntry(
                name: file.name, version: "",
                position: Int.max - 1_000_000 + index, up: file.path, runsInTransaction: true)
        }
        return versioned + repeated
    }

    static func scripts(in listing: FolderListing) throws(Refusal) -> [String] {
        try allScripts(in: listing).filter {
            let sort = File($0)?.sort
            return sort != .undo && sort != .baseline
        }
    }

    private static func allScripts(in listing: FolderListing) throws(Refusal) -> [String] {
        var scripts = listing.scripts
        for folder in listing.folders {
            scripts += try allScripts(in: FolderListing("\(listing.path)/\(folder)"))
        }
        return scripts
    }

    /// The parts of a file's name.
    private struct File {
        enum Sort {
            case versioned, undo, repeated, baseline
        }

        let path: String
        let sort: Sort
        let version: String
        let name: String

        init?(_ path: String) {
            let file = path.split(separator: "/").last ?? ""
            guard file.hasSuffix(".sql"), let letter = file.first else { return nil }
            self.path = path
            if Self.isCallback(file) {
                sort = .repeated
                version = ""
                name = String(file.dropLast(4))
                return
            }
            let sorts: [Character: Sort] = [
                "V": .versioned, "U": .undo, "R": .repeated, "B": .baseline,
            ]
            guard let sort = sorts[letter], let dashes = file.firstRange(of: "__") else {
                return nil
            }
            self.sort = sort
            version = String(file[..<dashes.lowerBound].dropFirst())
            name = String(file[dashes.upperBound...].dropLast(4))
            let isVersion = version.allSatisfy {
                $0.isASCII && ($0.isNumber || $0 == "." || $0 == "_")
            }
            guard isVersion, version.isEmpty == (sort == .repeated) else { return nil }
        }

        /// `beforeMigrate.sql`, `afterMigrate__name.sql` and their like run at every migration.
        private static func isCallback(_ file: Substring) -> Bool {
            ["before", "after"].contains {
                file.hasPrefix($0) && file.dropFirst($0.count).first?.isUppercase == true
            }
        }
    }
}
