import Auditor

/// Who may ask, by the digests of their keys; the keys themselves are nowhere.
public struct Keys: Sendable {
    private let names: [String: String]

    /// What is wrong with a file of keys.
    public struct Fault: Error, Sendable, CustomStringConvertible {
        /// The text for people and logs.
        public let description: String
    }

    /// Reads a file of keys: on each line a name and the SHA-256 of a key, in hexadecimal.
    ///
    /// Blank lines and lines that begin with `#` say nothing.
    ///
    /// - Throws: The first line that is none.
    public init(_ text: String) throws(Fault) {
        var names: [String: String] = [:]
        for (place, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            guard words.count == 2, words[1].utf8.count == 64,
                words[1].allSatisfy(\.isHexDigit)
            else {
                throw Fault(
                    description:
                        "line \(place + 1) is not a name and the SHA-256 of a key (64 hexadecimal digits)"
                )
            }
            names[words[1].lowercased()] = String(first)
        }
        self.names = names
    }

    /// Whose key it is.
    ///
    /// The digest is looked up, not the key, so that the time it takes says nothing of a key.
    func owner(of key: String) -> String? {
        names[Digest.hex(of: Array(key.utf8))]
    }

    /// Whether nobody may ask.
    public var isEmpty: Bool { names.isEmpty }
}
