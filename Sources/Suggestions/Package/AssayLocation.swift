public import Auditor
import FoundationEssentials

/// Where a user's package finds Assay.
public enum AssayLocation: Sendable, Hashable {
    /// A clone on this machine, as the package names it.
    case path(String)
    /// A repository.
    case url(String)

    /// Reads what a person wrote; a path is looked at.
    ///
    /// - Parameters:
    ///   - text: A path or a URL.
    ///   - folder: The package's folder, from the root.
    ///   - current: The folder in which the person is.
    /// - Throws: A refusal where the path holds no Assay.
    public init(_ text: String, from folder: String, current: String) throws(Refusal) {
        let isURL = text.contains("://") || text.hasPrefix("git@")
        guard !isURL else {
            self = .url(text)
            return
        }
        let path = URL(filePath: text.hasPrefix("/") ? text : "\(current)/\(text)").standardized
            .path
        guard Self.isClone(path) else {
            throw Refusal(
                "\(text) is no clone of Assay: it has no Package.swift with Sources/AssayMain beside "
                    + "it; name the clone, or the repository's URL, with --assay")
        }
        self = .path(Self.relative(path.trimmingSlashes, to: folder.trimmingSlashes))
    }

    /// Whether a folder holds Assay's sources.
    public static func isClone(_ path: String) -> Bool {
        ["Package.swift", "Sources/AssayMain"].allSatisfy {
            FileManager.default.fileExists(atPath: "\(path)/\($0)")
        }
    }

    /// What SwiftPM calls the package: the last part of where it is.
    var identity: String {
        let last = address.trimmingSlashes.split(separator: "/").last.map(String.init) ?? "assay"
        return (last.hasSuffix(".git") ? String(last.dropLast(4)) : last).lowercased()
    }

    /// The path or URL.
    var address: String {
        switch self {
        case .path(let path): path
        case .url(let url): url
        }
    }

    /// How a page names it.
    var mention: String {
        switch self {
        case .path(let path): "Assay, from `\(path)`,"
        case .url(let url): "[Assay](\(url))"
        }
    }

    var dependency: String {
        switch self {
        case .path(let path): ".package(path: \(SwiftText.literal(path)))"
        case .url(let url): ".package(url: \(SwiftText.literal(url)), branch: \"main\")"
        }
    }

    /// What a CI job does so that a path leads somewhere.
    var workflowStep: String {
        guard case .path(let path) = self else { return "" }
        return """
                  - name: Assay, where Package.swift looks for it
                    run: git clone --depth 1 "${{ vars.ASSAY_URL }}" "\(path)"

            """
    }

    var workflowRemark: String {
        guard case .path = self else { return "" }
        return """
            , and the
            variable `ASSAY_URL`, from where the job clones Assay; with `url:` in `Package.swift` it needs none
            """
    }

    /// The path from a folder where the two lie near each other, which lets both be moved together.
    private static func relative(_ path: String, to folder: String) -> String {
        let target = path.split(separator: "/")
        let start = folder.split(separator: "/")
        let shared = zip(target, start).prefix { $0 == $1 }.count
        let up = start.count - shared
        guard shared > 0, up <= 2, target.count > shared else { return path }
        return (Array(repeating: "..", count: up) + target[shared...].map(String.init))
            .joined(separator: "/")
    }
}

extension String {
    fileprivate var trimmingSlashes: String {
        var text = self
        while text.count > 1, text.hasSuffix("/") { text.removeLast() }
        return text
    }
}
