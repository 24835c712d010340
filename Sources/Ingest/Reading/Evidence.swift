import Assay

/// What stands on a page: what does not, a model made up.
struct Evidence: Sendable {
    private let text: [Character]
    private let hosts: [String]

    init(_ page: CaseStudyPage) {
        text = Evidence.folded(page.text)
        hosts = page.links.map(\.host)
    }

    /// Whether a name or a title stands there as whole words, however its letters and spaces are written.
    func holds(_ name: String) -> Bool {
        let name = Evidence.folded(name)
        guard !name.isEmpty else { return false }
        return holds(name) { before, after in
            !(before?.isWordCharacter == true && name[0].isWordCharacter)
                && !(after.first?.isWordCharacter == true
                    && name[name.count - 1].isWordCharacter)
        }
    }

    /// Whether a domain in its normal form stands there: as text, or as the host of a link or one above it.
    func holds(domain: String) -> Bool {
        if hosts.contains(where: { $0 == domain || $0.hasSuffix("." + domain) }) { return true }
        return holds(Array(domain)) { before, after in
            // A letter before it makes it another domain, and so does one more label after it.
            if before?.isPartOfLabel == true { return false }
            guard let next = after.first else { return true }
            if next.isPartOfLabel { return false }
            return next != "." || after.dropFirst().first?.isPartOfLabel != true
        }
    }

    private func holds(
        _ part: [Character], _ isWhole: (Character?, ArraySlice<Character>) -> Bool
    ) -> Bool {
        guard let first = part.first, part.count <= text.count else { return false }
        for start in 0...(text.count - part.count) where text[start] == first {
            let end = start + part.count
            if text[start..<end].elementsEqual(part),
                isWhole(start > 0 ? text[start - 1] : nil, text[end...])
            {
                return true
            }
        }
        return false
    }

    /// In lower case, each run of white space one space, and typographers' marks as keyboards have them.
    ///
    /// Characters are compared as Unicode has them equal: composed or not is one.
    private static func folded(_ text: String) -> [Character] {
        var folded: [Character] = []
        for character in text {
            if character.isWhitespace {
                if folded.last != " ", !folded.isEmpty { folded.append(" ") }
            } else if let plain = plain[character] {
                folded.append(plain)
            } else {
                folded += character.lowercased()
            }
        }
        if folded.last == " " { folded.removeLast() }
        return folded
    }

    private static let plain: [Character: Character] = [
        "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": "\"", "”": "\"", "„": "\"",
        "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-",
    ]
}

extension Character {
    fileprivate var isWordCharacter: Bool { isLetter || isNumber }

    /// Whether it goes on with a label of a domain's.
    fileprivate var isPartOfLabel: Bool { isLetter || isNumber || self == "-" }
}
