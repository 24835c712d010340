import Web

/// The text of a page as it grows: white space runs together, blocks are lines.
struct PageText: Sendable {
    private(set) var text = ""
    private(set) var isCut = false
    private let limit: Int
    private let linkLimit: Int
    private var targets: [(words: String, target: String)] = []
    /// What stands before the next word.
    private var gap = Gap.none

    private enum Gap { case none, space, line }

    /// How many links are looked at, and how long their words may be.
    private static let mostTargets = 5_000
    private static let longestWords = 200

    init(limit: Int, links: Int) {
        self.limit = limit
        linkLimit = links
    }

    /// Says that there was more.
    mutating func cut() { isCut = true }

    /// Adds text that goes on in the same line.
    mutating func add(_ run: String) {
        if isCut { return }
        var word = ""
        for scalar in run.unicodeScalars {
            if scalar.properties.isWhitespace {
                end(&word)
                if gap == .none { gap = .space }
            } else if !scalar.isUnseen {
                word.unicodeScalars.append(scalar)
            }
        }
        end(&word)
    }

    /// Adds text whose lines are lines.
    mutating func add(plain text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            add(String(line))
            breakLine()
        }
    }

    /// Ends a line, if one was begun.
    mutating func breakLine() { gap = .line }

    /// Notes where a link leads.
    mutating func link(_ words: String, to target: String) {
        guard targets.count < Self.mostTargets else { return }
        let line = words.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        targets.append((String(line.prefix(Self.longestWords)), target))
    }

    /// The hosts that links lead to, each once, but for the page's own.
    func links(seenFrom address: WebAddress) -> [Page.Link] {
        var seen: Set<String> = [address.host]
        var links: [Page.Link] = []
        for (words, target) in targets where links.count < linkLimit {
            // What cannot be followed leads nowhere.
            guard let host = (try? address.following(target))?.host, seen.insert(host).inserted
            else { continue }
            links.append(Page.Link(words: words, host: host))
        }
        return links
    }

    /// Adds a word and the gap before it, or nothing where there is no room for both.
    private mutating func end(_ word: inout String) {
        defer { word = "" }
        guard !word.isEmpty, !isCut else { return }
        let before = text.isEmpty ? "" : gap == .line ? "\n" : gap == .space ? " " : ""
        guard text.utf8.count + before.utf8.count + word.utf8.count <= limit else {
            isCut = true
            return
        }
        text += before + word
        gap = .none
    }
}

extension Unicode.Scalar {
    /// Whether readers see nothing of it: controls, soft hyphens, marks of direction and width.
    fileprivate var isUnseen: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned: true
        default: false
        }
    }
}
