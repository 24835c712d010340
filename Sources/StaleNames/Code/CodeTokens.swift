/// A word, symbol or string of a program, by its place in the source.
struct CodeToken: Sendable {
    enum Kind: UInt8, Sendable {
        case name, number, symbol, string
        /// The end of a line that may end a statement.
        case newline
    }

    let kind: Kind
    let start: Int
    let end: Int
    /// The place of a string among the literals.
    var literal = -1
}

/// A string literal with its escapes undone.
struct CodeLiteral: Sendable {
    var text = MappedText()
    /// What stands in each hole of the text, in order.
    var holes: [CodeTokens] = []
}

/// The tokens of a program or of an expression in a string.
struct CodeTokens: Sendable {
    private(set) var tokens: [CodeToken] = []
    private(set) var literals: [CodeLiteral] = []
    /// For an opening bracket its closing one, and the other way round; -1 where there is none.
    private(set) var partners: [Int] = []
    private var open: [Int] = []

    var count: Int { tokens.count }

    mutating func append(_ kind: CodeToken.Kind, _ range: Range<Int>) {
        tokens.append(CodeToken(kind: kind, start: range.lowerBound, end: range.upperBound))
        partners.append(-1)
    }

    mutating func append(_ literal: CodeLiteral, _ range: Range<Int>) {
        append(.string, range)
        tokens[tokens.count - 1].literal = literals.count
        literals.append(literal)
    }

    /// Adds a symbol of one byte and pairs brackets.
    mutating func append(symbol byte: UInt8, at offset: Int) {
        append(.symbol, offset..<offset + 1)
        let place = tokens.count - 1
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): open.append(place)
        case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
            guard let opening = open.popLast() else { return }
            partners[opening] = place
            partners[place] = opening
        default: break
        }
    }

    /// How many brackets are open.
    var depth: Int { open.count }
}

/// A program's tokens together with its text.
struct CodeUnit: Sendable {
    let source: SourceText
    let language: CodeLanguage
    let tokens: CodeTokens

    var count: Int { tokens.count }

    func kind(_ place: Int) -> CodeToken.Kind? {
        tokens.tokens.indices.contains(place) ? tokens.tokens[place].kind : nil
    }

    func isSymbol(_ place: Int, _ symbol: Unicode.Scalar) -> Bool {
        guard kind(place) == .symbol else { return false }
        return source.bytes[tokens.tokens[place].start] == UInt8(ascii: symbol)
    }

    /// The text of a word; nil for anything else.
    func name(_ place: Int) -> String? {
        guard kind(place) == .name else { return nil }
        let token = tokens.tokens[place]
        return source[token.start..<token.end]
    }

    func isName(_ place: Int, _ word: StaticString) -> Bool {
        guard kind(place) == .name else { return false }
        let token = tokens.tokens[place]
        guard token.end - token.start == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { source.bytes[token.start..<token.end].elementsEqual($0) }
    }

    func literal(_ place: Int) -> CodeLiteral? {
        kind(place) == .string ? tokens.literals[tokens.tokens[place].literal] : nil
    }

    func start(_ place: Int) -> Int {
        tokens.tokens.indices.contains(place) ? tokens.tokens[place].start : source.bytes.count
    }

    func end(_ place: Int) -> Int {
        tokens.tokens.indices.contains(place) ? tokens.tokens[place].end : source.bytes.count
    }

    /// The place of the bracket that closes or opens what stands at a place.
    func partner(_ place: Int) -> Int? {
        guard tokens.partners.indices.contains(place), tokens.partners[place] >= 0 else {
            return nil
        }
        return tokens.partners[place]
    }

    /// The expressions in the holes of all strings, each a unit of its own.
    var inner: [CodeUnit] {
        tokens.literals.flatMap(\.holes).filter { $0.count > 1 }.flatMap { hole in
            let unit = CodeUnit(source: source, language: language, tokens: hole)
            return [unit] + unit.inner
        }
    }
}
