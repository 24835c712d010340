/// Where in the source a promise was made.
public struct SourceLocation: Sendable, Hashable, Comparable {
    /// The file's path as the compiler saw it.
    public let file: String
    /// The line, from 1.
    public let line: Int

    /// Creates a location.
    public init(file: String, line: Int) {
        self.file = file
        self.line = line
    }

    /// Orders by file, then by line.
    public static func < (left: SourceLocation, right: SourceLocation) -> Bool {
        (left.file, left.line) < (right.file, right.line)
    }
}
