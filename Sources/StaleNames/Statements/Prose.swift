import SQLSyntax

/// Tells SQL from sentences that PostgreSQL's grammar would take for it.
///
/// "Select a file from the list" is a correct statement. What a text begins with decides whether it is
/// read at all; what it names, how its words are written and what takes it decide whether it is SQL.
enum Prose {
    /// What a program does with a text.
    enum Use {
        /// It is given to a function, or kept under a name, that says so.
        case statement
        /// Nothing is known.
        case unknown
    }

    private static let openings: Set<String> = [
        "select", "insert", "update", "delete", "with", "merge", "truncate", "copy", "explain",
        "create", "alter", "drop", "lock", "refresh", "declare",
    ]

    /// Whether the first word of a text begins a statement.
    static func mayBeStatement(_ text: MappedText) -> Bool {
        let bytes = text.bytes
        guard let start = firstWord(bytes) else { return false }
        var end = start
        while end < bytes.count, end < start + 9, isWordByte(bytes[end]) { end += 1 }
        guard end < bytes.count, isSpace(bytes[end]) || bytes[end] == UInt8(ascii: "*"),
            end - start >= 4
        else { return false }
        return openings.contains(
            String(decoding: bytes[start..<end].map { $0 | 0x20 }, as: UTF8.self))
    }

    /// Where the first word begins, behind spaces, brackets and comments.
    static func firstWord(_ bytes: [UInt8]) -> Int? {
        var index = 0
        while index < bytes.count {
            if isSpace(bytes[index]) || bytes[index] == UInt8(ascii: "(") {
                index += 1
            } else if bytes[index...].starts(with: "--".utf8) {
                while index < bytes.count, bytes[index] != 10 { index += 1 }
            } else if bytes[index...].starts(with: "/*".utf8) {
                while index < bytes.count, !bytes[index...].starts(with: "*/".utf8) { index += 1 }
                index += 2
            } else {
                return isWordStart(bytes[index]) ? index : nil
            }
        }
        return nil
    }

    private static let articles: Set<String> = [
        "the", "a", "an", "this", "that", "these", "those", "your", "my", "our", "his", "her",
        "their", "its", "each", "which", "one", "it", "them", "us", "me", "you", "every", "some",
        "another", "other", "here", "there", "scratch", "now", "within", "above", "below",
        "existing", "multiple", "several",
    ]

    /// Whether a statement that was read is none.
    ///
    /// - Parameters:
    ///   - text: The text as the program has it.
    ///   - statements: What it was read as.
    ///   - use: What the program does with it.
    /// - Returns: Whether it reads as a sentence.
    static func isProse(_ text: MappedText, _ statements: [Statement], use: Use) -> Bool {
        let named = statements.flatMap(\.relations)
        let isUnquoted = { (name: String) in !text.string.contains("\"\(name)\"") }
        if named.contains(where: {
            $0.schema == nil && articles.contains($0.name) && isUnquoted($0.name)
        }) {
            return true
        }
        if use == .statement { return false }
        let words = Words(text.bytes)
        // "Update the settings", "Select": a sentence begins with one capital letter.
        if words.beginsAsSentence { return !words.hasSigns }
        if named.isEmpty {
            let calls = statements.flatMap(\.functionCalls)
            return calls.isEmpty
                || !(words.isInCapitals || words.hasSigns || calls.contains { $0.contains(".") })
        }
        return !words.isInCapitals && !words.hasSigns
            && !named.contains { $0.schema != nil || $0.name.contains("_") }
    }

    /// What the letters and signs of a text look like.
    private struct Words {
        /// Whether a first capital is followed by a small letter.
        let beginsAsSentence: Bool
        /// Whether its keywords are in capital letters.
        let isInCapitals: Bool
        /// Whether it has signs that sentences do not have.
        let hasSigns: Bool

        init(_ bytes: [UInt8]) {
            let start = Prose.firstWord(bytes) ?? 0
            let first = bytes.dropFirst(start).prefix(2)
            let isCapital = { (byte: UInt8) in (65...90).contains(byte) }
            beginsAsSentence =
                first.first.map(isCapital) == true && first.last.map(isCapital) == false
            isInCapitals = first.allSatisfy(isCapital)
            let text = String(decoding: bytes, as: UTF8.self)
            hasSigns =
                bytes.contains { "=*<>".utf8.contains($0) || $0 == MappedText.hole }
                || text.contains("%s") || text.contains("$1") || text.contains("::")
                || text.contains(" ?") || text.contains("(?") || text.contains(" :")
                || text.contains("count(") || text.contains("VALUES (") || text.contains("values (")
        }
    }
}
