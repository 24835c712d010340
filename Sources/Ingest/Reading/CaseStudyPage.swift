import Auditor

/// The page of a case study, as it is handed to a language model.
public struct CaseStudyPage: Sendable, Hashable {
    /// Its text, a line a block.
    public let text: String
    /// What it links to: the words of each link, and its host.
    public let links: [Link]
    /// Whether it is longer than its text.
    public let isCut: Bool

    /// A link of a page.
    public struct Link: Sendable, Hashable {
        /// The words that it stands on.
        public let words: String
        /// The host that it leads to.
        public let host: String

        /// Names a link.
        public init(words: String, host: String) {
            self.words = words
            self.host = host
        }
    }

    /// Why there is no page to be read.
    public struct Fault: Error, Sendable, Hashable {
        /// What is wrong, as the end of a sentence that begins with the page.
        public let sentence: String
        /// Whether it may be there when it is asked for again.
        public let isPassing: Bool

        /// Says what is wrong.
        public init(_ sentence: String, isPassing: Bool = false) {
            self.sentence = sentence
            self.isPassing = isPassing
        }
    }

    /// Less text than this is that of a page which a script fills in.
    static let leastBytes = 200

    /// Takes the text of a page.
    ///
    /// - Throws: That it holds hardly any.
    public init(text: String, links: [Link], isCut: Bool) throws(Fault) {
        guard text.utf8.count >= Self.leastBytes else {
            throw Fault(
                "holds \(text.utf8.count) bytes of text, too few for a case study: a script may fill it "
                    + "in, and scripts are not run")
        }
        self.text = text
        self.links = links
        self.isCut = isCut
    }

    /// What the model is given of it.
    var material: String {
        guard !links.isEmpty else { return text }
        let lines = links.map { $0.words.isEmpty ? $0.host : "\($0.words): \($0.host)" }
        return text + "\n\nLinks of the page, with their hosts:\n" + lines.joined(separator: "\n")
    }

    /// By which it is known again: that of what the model is given, since the bytes of a page differ each time.
    var digest: String { Digest.hex(of: Array(material.utf8)) }
}
