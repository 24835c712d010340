/// What a fix did that it may not: nothing of it stays.
public struct BrokenPromise: Error, Sendable, Hashable, CustomStringConvertible {
    /// The promises that broke, a sentence each.
    public let sentences: [String]

    init(_ sentences: [String]) {
        self.sentences = sentences
    }

    /// The sentences, one a line.
    public var description: String { sentences.joined(separator: "\n") }
}
