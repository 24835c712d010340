import Auditor

/// `V1.2__name.sql`, undone by `U1.2__name.sql`, and `R__name.sql`, which is repeated at the end.
enum FlywayFiles: MigrationLayout {
    static func entries(in listing: FolderListing) throws(Refusal) -> [MigrationEntry]? {
        let files = listing.files.compactMap(File.init)
        guard files.contains(where: { $0.letter == "V" }) else { return nil }
        let undos = Dictionary(
            files.filter { $0.letter == "U" }.map { ($0.version, $0.file) },
            uniquingKeysWith: { first, _ in first })
        let versioned = files.filter { $0.letter == "V" }.map { file in
            MigrationEntry(
                name: file.name, version: file.version, up: "\(listing.path)/\(file.file)",
                down: undos[file.version].map { "\(listing.path)/\($0)" }, runsInTransaction: true)
        }
        // Behind every version, in the order of their names.
        let repeated = files.filter { $0.letter == "R" }.enumerated().map { index, file in
            MigrationEntry(
                name: file.name, version: "",
                position: Int.max - 1_000_000 + index, up: "\(listing.path)/\(file.file)",
                runsInTransaction: true)
        }
        return versioned + repeated
    }

    /// The parts of a file's name.
    private struct File {
        let file: String
        let letter: Character
        let version: String
        let name: String

        init?(_ file: String) {
            guard file.hasSuffix(".sql"), let letter = file.first, "VUR".contains(letter),
                let dashes = file.firstRange(of: "__")
            else { return nil }
            self.file = file
            self.letter = letter
            version = String(file[..<dashes.lowerBound].dropFirst())
            name = String(file[dashes.upperBound...].dropLast(4))
            let isVersion = version.allSatisfy {
                $0.isASCII && ($0.isNumber || $0 == "." || $0 == "_")
            }
            guard isVersion, version.isEmpty == (letter == "R") else { return nil }
        }
    }
}
