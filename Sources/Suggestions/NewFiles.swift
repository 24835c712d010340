public import Auditor
import FoundationEssentials
import Glibc

/// Files that are written all or not at all.
public struct NewFiles: Sendable {
    /// The texts by their paths below a folder.
    public let texts: [String: String]

    /// Names what is to be written.
    public init(_ texts: [String: String]) {
        self.texts = texts
    }

    /// Refuses a folder that holds something already.
    public static func refuseFilled(_ folder: String) throws(Refusal) {
        let manager = FileManager.default
        var isFolder = false
        guard manager.fileExists(atPath: folder, isDirectory: &isFolder) else { return }
        guard isFolder else { throw Refusal("\(folder) is a file, not a folder") }
        let names = (try? manager.contentsOfDirectory(atPath: folder)) ?? []
        guard names.isEmpty else {
            throw Refusal(
                "\(folder) is not empty; name a new folder, or say --force to write over the files of "
                    + "the same names")
        }
    }

    /// Refuses to write over files that are there.
    public func refuseExisting(in folder: String) throws(Refusal) {
        let there = texts.keys.sorted().filter {
            FileManager.default.fileExists(atPath: "\(folder)/\($0)")
        }
        guard there.isEmpty else {
            throw Refusal(
                there.map {
                    .init(
                        "\(folder)/\($0) exists; say --force to write over it, or name another folder"
                    )
                })
        }
    }

    /// Writes the files below a folder.
    ///
    /// All are written beside their places first, so that a disk that is full leaves nothing behind.
    public func write(to folder: String) throws(Refusal) {
        let manager = FileManager.default
        let isNew = !manager.fileExists(atPath: folder)
        let stage = "\(folder)/.assay-\(getpid())"
        do {
            try manager.createDirectory(atPath: stage, withIntermediateDirectories: true)
            for (path, text) in texts {
                let place = "\(stage)/\(path)"
                try manager.createDirectory(
                    atPath: Self.parent(of: place), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: URL(filePath: place))
            }
            for path in texts.keys.sorted() {
                let place = "\(folder)/\(path)"
                try manager.createDirectory(
                    atPath: Self.parent(of: place), withIntermediateDirectories: true)
                guard rename("\(stage)/\(path)", place) == 0 else {
                    throw CocoaError(.fileWriteUnknown)
                }
            }
            try manager.removeItem(atPath: stage)
        } catch {
            let reason = String(cString: strerror(errno))
            try? manager.removeItem(atPath: isNew ? folder : stage)
            throw Refusal("cannot write to \(folder): \(reason)")
        }
    }

    private static func parent(of path: String) -> String {
        String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
    }
}
