import FoundationEssentials
package import Auditor
import Subprocess

/// The files of code in some folders, without those that nobody wrote by hand.
package struct CodeFiles: Sendable {
    /// A file that is read.
    package struct File: Sendable, Hashable {
        /// Where it is.
        let path: String
        let language: CodeLanguage
        let size: Int
    }

    /// In order of their paths.
    package private(set) var files: [File] = []

    /// Larger files are made by programs, and are not read.
    static let largest = 2_000_000

    private static let skipped: Set<String> = [
        "node_modules", "venv", "env", "__pycache__", "bower_components", "DerivedData", "Pods",
    ]

    /// Lists the files of folders, and files that are named themselves.
    ///
    /// - Parameters:
    ///   - paths: Folders and files.
    ///   - isChosen: Which of them are read.
    /// - Throws: A `Refusal` where a path does not exist.
    package init(in paths: [String], where isChosen: (String) -> Bool) async throws(Refusal) {
        var found: [String: File] = [:]
        for path in paths {
            guard let isFolder = Self.isFolder(path) else { throw Refusal.noFolder(path) }
            guard isFolder else {
                if let file = Self.file(path) { found[path] = file }
                continue
            }
            let known = await Git.files(in: path)
            for name in known ?? Self.walk(path) where !Self.isSkipped(name) {
                guard CodeLanguage(fileName: name) != nil else { continue }
                let whole =
                    path == "." ? name : path.hasSuffix("/") ? path + name : "\(path)/\(name)"
                if let file = Self.file(whole) { found[whole] = file }
            }
        }
        files = found.values.filter { isChosen($0.path) }.sorted { $0.path < $1.path }
    }

    private static func isSkipped(_ name: String) -> Bool {
        name.split(separator: "/").dropLast().contains {
            skipped.contains(String($0)) || $0.hasPrefix(".")
        }
    }

    private static func isFolder(_ path: String) -> Bool? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else {
            return nil
        }
        if attributes[.type] as? FileAttributeType == .typeSymbolicLink {
            var isFolder = false
            return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
                ? isFolder : nil
        }
        return attributes[.type] as? FileAttributeType == .typeDirectory
    }

    private static func file(_ path: String) -> File? {
        guard let language = CodeLanguage(fileName: path),
            let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            attributes[.type] as? FileAttributeType == .typeRegular
        else { return nil }
        let size =
            (attributes[.size] as? Int) ?? (attributes[.size] as? UInt64).map { Int($0) } ?? 0
        return File(path: path, language: language, size: size)
    }

    /// The files below a folder, without symbolic links.
    private static func walk(_ folder: String) -> [String] {
        var found: [String] = []
        var waiting = [""]
        while let below = waiting.popLast() {
            let names =
                (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(below)")) ?? []
            for name in names {
                let path = below.isEmpty ? name : "\(below)/\(name)"
                if CodeLanguage(fileName: name) != nil {
                    found.append(path)
                } else if !skipped.contains(name), !name.hasPrefix(".") {
                    let attributes = try? FileManager.default.attributesOfItem(
                        atPath: "\(folder)/\(path)")
                    if attributes?[.type] as? FileAttributeType == .typeDirectory {
                        waiting.append(path)
                    }
                }
            }
        }
        return found
    }
}

/// What git knows of the files in a folder.
enum Git {
    /// The files below a folder that git keeps or would keep; nil where git is not at hand.
    static func files(in folder: String) async -> [String]? {
        guard
            let known = await output(
                ["-C", folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        else { return nil }
        // A folder that git ignores as a whole was named on purpose.
        return known.isEmpty ? nil : known
    }

    private static func output(_ arguments: [String]) async -> [String]? {
        let result = try? await Subprocess.run(
            .name("git"), arguments: Arguments(arguments),
            output: .bytes(limit: 256 << 20), error: .discarded)
        guard let result, result.terminationStatus.isSuccess else { return nil }
        return result.standardOutput.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }
}
