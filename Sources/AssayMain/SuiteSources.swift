import Assay
import Auditor
import FoundationEssentials

/// The source files of a suite, as far as they are at hand.
struct SuiteSources {
    /// The package's folder.
    let root: String
    private let folder: String
    private let declared: Set<SourceLocation>

    /// Finds the sources of tables.
    init(tables: [Table]) {
        let files = tables.map(\.source.file)
        declared = Set(tables.map(\.source))
        let folders = files.map { $0.split(separator: "/").dropLast() }
        let common = folders.dropFirst().reduce(folders.first ?? []) { shared, other in
            zip(shared, other).prefix { $0 == $1 }.map(\.0)[...]
        }
        folder = "/" + common.joined(separator: "/")
        var candidate = common
        while !candidate.isEmpty {
            let path = "/" + candidate.joined(separator: "/")
            if FileManager.default.fileExists(atPath: path + "/Package.swift") { break }
            candidate.removeLast()
        }
        if candidate.isEmpty { candidate = common.dropLast() }
        root = "/" + candidate.joined(separator: "/")
    }

    /// Refuses a table that is declared beside the listed ones and is not listed.
    ///
    /// Its checks would never run, and nobody would know.
    func refuseForgottenTables() throws(Refusal) {
        var problems: [Refusal.Item] = []
        for path in swiftFiles(below: folder) {
            guard let data = FileManager.default.contents(atPath: path) else { continue }
            let lines = String(decoding: data, as: UTF8.self).split(
                separator: "\n", omittingEmptySubsequences: false)
            for (index, line) in lines.enumerated() {
                let words = line.split(separator: " ")
                guard words.contains("="), line.contains("Table(\""), words.contains("let"),
                    words.first?.hasPrefix("//") == false
                else { continue }
                let place = SourceLocation(file: path, line: index + 1)
                if declared.contains(place) { continue }
                problems.append(
                    .init(
                        "a table is declared here but not listed in the suite, so its checks would "
                            + "never run; add it to the suite's tables", at: place))
            }
        }
        if !problems.isEmpty { throw Refusal(problems) }
    }

    private func swiftFiles(below folder: String) -> [String] {
        guard folder != "/",
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
        else { return [] }
        return names.sorted().flatMap { name -> [String] in
            let path = "\(folder)/\(name)"
            if name.hasSuffix(".swift") { return [path] }
            var isFolder = false
            let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            return exists && isFolder && !name.hasPrefix(".") ? swiftFiles(below: path) : []
        }
    }
}
