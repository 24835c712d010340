public import Web

/// A page of somebody else's, as its readers see it.
public struct Page: Sendable, Hashable {
    /// A link, and where it leads.
    public struct Link: Sendable, Hashable {
        /// The words that it stands on; empty where it stands on a picture.
        public let words: String
        /// The host that it leads to, in lower case.
        public let host: String
    }

    /// Where it was found at last, redirects followed.
    public let address: WebAddress
    /// Its title and its text: a line a block, without scripts, styles and navigation.
    public let text: String
    /// Hosts that it links to, each once, in the order in which they stand.
    public let links: [Link]
    /// Whether it was longer than what is kept of it.
    public let isCut: Bool
}

/// Why there is no page.
public struct PageFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// Whether it may be there when it is asked for again.
    public let isPassing: Bool
    /// The end of a sentence that begins with the page, without its address.
    public let description: String

    init(_ description: String, isPassing: Bool = false) {
        self.isPassing = isPassing
        self.description = description
    }
}
