/// Says why a script cannot be read, and where.
public struct SyntaxError: Error, Hashable, Sendable {
    /// Why a script cannot be read.
    public enum Reason: Hashable, Sendable {
        /// PostgreSQL's grammar does not know the text; a newer release may.
        case grammar
        /// The text is for psql: a `\` command or a `:variable`.
        case psql
        /// The text nests so deeply that reading it could exhaust the stack.
        case depth
        /// The text has a NUL character, which no PostgreSQL text can have.
        case nul
    }

    /// What kind of fault this is.
    public let reason: Reason
    /// The fault, in lower case and without its place, such as `syntax error`.
    public let message: String
    /// Counted from 1.
    public let line: Int
    /// Counted from 1, in Unicode scalars.
    public let column: Int
    /// The text at the fault, shortened; empty at the end of the script.
    public let near: String

    init(_ reason: Reason, _ message: String, at location: Location, near: String = "") {
        self.reason = reason
        self.message = message
        self.line = location.line
        self.column = location.column
        self.near = near
    }
}

extension SyntaxError: CustomStringConvertible {
    /// A sentence that begins with its line and column.
    public var description: String {
        let place = near.isEmpty || reason == .psql ? "" : " at or near \"\(near)\""
        return "Line \(line), column \(column): \(message)\(place)."
    }
}

extension Source {
    /// Words a failure of libpg_query for the reader of the script.
    func error(_ failure: PgQuery.Failure) -> SyntaxError {
        let offset = offset(ofCharacter: failure.position)
        let location = location(at: offset)
        if let (what, near) = psqlText(at: offset) {
            return SyntaxError(.psql, "\(near) is a psql \(what)", at: location, near: near)
        }
        let words = failure.message
        if words.hasPrefix("memory exhausted") { return tooDeep(at: offset) }
        guard let quote = words.firstRange(of: " at or near \"") else {
            return SyntaxError(.grammar, words, at: location)
        }
        return SyntaxError(
            .grammar, String(words[..<quote.lowerBound]), at: location,
            near: excerpt(words[quote.upperBound...].dropLast()))
    }

    func tooDeep(at offset: Int) -> SyntaxError {
        SyntaxError(.depth, "the statement nests too deeply to be read", at: location(at: offset))
    }

    /// What psql would have replaced or obeyed at `offset`.
    private func psqlText(at offset: Int) -> (what: String, text: String)? {
        guard offset < bytes.count else { return nil }
        let rest = bytes[offset...]
        if rest.first == UInt8(ascii: "\\") {
            let word = rest.prefix { $0 > UInt8(ascii: " ") && $0 != UInt8(ascii: ";") }
            return ("meta-command", excerpt(String(decoding: word, as: UTF8.self)))
        }
        guard rest.first == UInt8(ascii: ":"), let next = rest.dropFirst().first else { return nil }
        let quoted = next == UInt8(ascii: "'") || next == UInt8(ascii: "\"")
        let name = rest.dropFirst(quoted ? 2 : 1).prefix(while: isNamePart)
        guard !name.isEmpty else { return nil }
        let text = rest[..<min(name.endIndex + (quoted ? 1 : 0), rest.endIndex)]
        return ("variable", excerpt(String(decoding: text, as: UTF8.self)))
    }

    private func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }

    /// The first line of `text`, at most 40 characters of it.
    private func excerpt(_ text: some StringProtocol) -> String {
        let line = text.prefix { !$0.isNewline }
        let short = line.prefix(40)
        return short.endIndex == text.endIndex ? String(short) : short + "…"
    }
}
