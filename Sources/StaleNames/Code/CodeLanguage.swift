/// A language that code is read in.
public enum CodeLanguage: String, Sendable, CaseIterable {
    /// SQL by itself.
    case sql
    /// Python.
    case python
    /// JavaScript and TypeScript.
    case javaScript
    /// Swift.
    case swift

    /// The language of a file by its name; nil for files that are not read.
    public init?(fileName: String) {
        guard let dot = fileName.lastIndex(of: "."), dot != fileName.startIndex else { return nil }
        switch fileName[fileName.index(after: dot)...] {
        case "sql": self = .sql
        case "py": self = .python
        case "ts", "tsx", "js", "jsx", "mjs", "cjs", "mts", "cts": self = .javaScript
        case "swift": self = .swift
        default: return nil
        }
    }

    /// Whether text between tags may stand in a file of that name.
    static func mayHoldMarkup(_ fileName: String) -> Bool {
        [".tsx", ".jsx", ".js", ".mjs"].contains { fileName.hasSuffix($0) }
    }
}
