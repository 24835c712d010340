import Auditor
import FoundationEssentials
import Glibc
import Subprocess

/// The files that differ from a commit, as git knows them.
public struct ChangedFiles: Sendable {
    private let paths: Set<String>

    /// Asks git what has changed since a branch or commit left this one, committed or not.
    ///
    /// - Parameters:
    ///   - reference: A branch, tag or commit, such as `origin/main`.
    ///   - path: A file or folder of the repository.
    /// - Throws: A refusal in git's words where it cannot tell.
    public init(since reference: String, at path: String) async throws {
        var isFolder = false
        let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        let above = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let folder = isThere && isFolder ? path : above.isEmpty ? "/" : above
        let top = try await Self.git(["rev-parse", "--show-toplevel"], in: folder, reference)
        let root = String(top.prefix { $0 != "\n" })
        let changed = try await Self.git(
            ["diff", "--name-only", "-z", "--diff-filter=d", "--merge-base", reference, "--"],
            in: root, reference)
        let untracked = try await Self.git(
            ["ls-files", "--others", "--exclude-standard", "-z"], in: root, reference)
        paths = Set(
            (changed + untracked).split(separator: "\0").map { Self.resolved("\(root)/\($0)") })
    }

    /// Whether a file is among them.
    public func contains(_ file: String) -> Bool { paths.contains(Self.resolved(file)) }

    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    private static func git(
        _ arguments: [String], in folder: String, _ reference: String
    ) async throws -> String {
        let result = try await run(
            .name("git"), arguments: Arguments(["-C", folder] + arguments),
            output: .string(limit: 64 * 1_048_576), error: .string(limit: 65_536))
        guard result.terminationStatus.isSuccess else {
            let words = result.standardError.split(whereSeparator: \.isNewline).first ?? "no reason"
            throw Refusal("git cannot tell what has changed since \(reference): \(words)")
        }
        return result.standardOutput
    }
}
