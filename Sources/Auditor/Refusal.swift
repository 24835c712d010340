public import Assay

/// What is wrong with a suite or a command, all of it at once.
///
/// A refusal is never about the data: it says that what was asked for cannot be asked.
public struct Refusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// One thing that is wrong.
    public struct Item: Sendable, Hashable {
        /// The sentence: what is wrong and what to do.
        public let sentence: String
        /// The declaration it is about.
        public let source: SourceLocation?

        /// Creates an item.
        public init(_ sentence: String, at source: SourceLocation? = nil) {
            self.sentence = sentence
            self.source = source
        }
    }

    /// What is wrong, in the order of the suite.
    public let items: [Item]

    /// Creates a refusal.
    public init(_ items: [Item]) {
        self.items = items
    }

    /// Creates a refusal of one sentence.
    public init(_ sentence: String, at source: SourceLocation? = nil) {
        items = [Item(sentence, at: source)]
    }

    /// One line an item, with its place in the source.
    public var description: String {
        items.map { item in
            guard let source = item.source else { return item.sentence }
            return "\(source.file):\(source.line): \(item.sentence)"
        }
        .joined(separator: "\n")
    }
}
