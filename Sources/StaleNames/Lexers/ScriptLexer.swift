/// Splits JavaScript and TypeScript into tokens: templates, regular expressions, text between tags.
struct ScriptLexer {
    private var reader: CodeReader
    private let mayHoldMarkup: Bool

    static func tokens(in bytes: [UInt8], mayHoldMarkup: Bool) -> CodeTokens {
        var lexer = ScriptLexer(reader: CodeReader(bytes), mayHoldMarkup: mayHoldMarkup)
        if lexer.reader.isAhead("#!") { lexer.reader.skipLine() }
        lexer.read(inBraces: false)
        return lexer.reader.output
    }

    /// Reads to the end or, in the braces of a template or a tag, to the brace that closes them.
    private mutating func read(inBraces: Bool) {
        let outside = reader.output.depth
        while !reader.isAtEnd {
            let byte = reader.current
            switch byte {
            case UInt8(ascii: "/") where reader.byte(1) == UInt8(ascii: "/"): reader.skipLine()
            case UInt8(ascii: "/") where reader.byte(1) == UInt8(ascii: "*"):
                reader.skipBlockComment(nested: false)
            case UInt8(ascii: "/") where mayBeginExpression(closing: true) && skipExpression():
                break
            case UInt8(ascii: "\""), UInt8(ascii: "'"): string()
            case UInt8(ascii: "`"): template()
            case UInt8(ascii: "<") where mayHoldMarkup && beginsTag(): element(depth: 0)
            case UInt8(ascii: "}") where inBraces && reader.output.depth == outside:
                reader.index += 1
                return
            default:
                if isSpace(byte) {
                    reader.index += 1
                } else if isDigit(byte) {
                    reader.number()
                } else if isWordStart(byte) {
                    reader.output.append(.name, reader.word())
                } else {
                    reader.symbol()
                }
            }
        }
    }

    // MARK: Strings

    private mutating func string() {
        let (start, quote) = (reader.index, reader.current)
        reader.index += 1
        var literal = CodeLiteral()
        while !reader.isAtEnd, reader.current != quote, reader.current != UInt8(ascii: "\n") {
            if reader.current == UInt8(ascii: "\\") {
                reader.escape(after: 1, into: &literal)
            } else {
                literal.text.append(reader.current == 0 ? 32 : reader.current, at: reader.index)
                reader.index += 1
            }
        }
        if reader.current == quote { reader.index += 1 }
        reader.output.append(literal, start..<reader.index)
    }

    private mutating func template() {
        let start = reader.index
        reader.index += 1
        var literal = CodeLiteral()
        while !reader.isAtEnd, reader.current != UInt8(ascii: "`") {
            if reader.current == UInt8(ascii: "\\") {
                reader.escape(after: 1, into: &literal)
            } else if reader.isAhead("${") {
                literal.text.append(MappedText.hole, at: reader.index)
                reader.index += 2
                literal.holes.append(expression())
            } else {
                literal.text.append(reader.current == 0 ? 32 : reader.current, at: reader.index)
                reader.index += 1
            }
        }
        reader.index += 1
        reader.output.append(literal, start..<min(reader.index, reader.bytes.count))
    }

    private mutating func expression() -> CodeTokens {
        let outside = reader.output
        reader.output = CodeTokens()
        reader.nesting += 1
        if reader.nesting <= CodeReader.deepest { read(inBraces: true) }
        reader.nesting -= 1
        defer { reader.output = outside }
        return reader.output
    }

    // MARK: Regular expressions

    private static let wordsBeforeExpressions: Set<String> = [
        "return", "typeof", "case", "in", "of", "delete", "void", "instanceof", "new", "do", "else",
        "yield", "await", "throw", "default",
    ]

    /// Whether what stands before lets an operand follow.
    private func mayBeginExpression(closing: Bool) -> Bool {
        guard let last = reader.output.tokens.last else { return true }
        switch last.kind {
        case .number, .string: return false
        case .name:
            return Self.wordsBeforeExpressions.contains(
                String(decoding: reader.bytes[last.start..<last.end], as: UTF8.self))
        case .newline: return true
        case .symbol:
            switch reader.bytes[last.start] {
            case UInt8(ascii: ")"), UInt8(ascii: "]"): return false
            case UInt8(ascii: "}"): return closing ? !isSpace(reader.byte(1)) : true
            default: return true
            }
        }
    }

    /// Skips a regular expression; false where none ends on this line.
    private mutating func skipExpression() -> Bool {
        var place = reader.index + 1
        var isClass = false
        while place < reader.bytes.count {
            switch reader.bytes[place] {
            case UInt8(ascii: "\n"): return false
            case UInt8(ascii: "\\"): place += 1
            case UInt8(ascii: "["): isClass = true
            case UInt8(ascii: "]"): isClass = false
            case UInt8(ascii: "/") where !isClass:
                reader.index = place + 1
                let end = reader.word().upperBound
                // It is a value: what follows may divide it or call its methods.
                reader.output.append(.number, place..<end)
                return true
            default: break
            }
            place += 1
        }
        return false
    }

    // MARK: Markup

    /// Whether the current `<` opens a tag, and is neither a comparison nor a type parameter.
    private func beginsTag() -> Bool {
        guard mayBeginExpression(closing: false) else { return false }
        let next = reader.byte(1)
        guard isWordStart(next) || next == UInt8(ascii: ">") else { return false }
        var place = reader.index + 1
        while place < reader.bytes.count, isTagByte(reader.bytes[place]) { place += 1 }
        while place < reader.bytes.count, isSpace(reader.bytes[place]) { place += 1 }
        guard place < reader.bytes.count else { return false }
        let rest = reader.bytes[place..<min(place + 8, reader.bytes.count)]
        return reader.bytes[place] != UInt8(ascii: ",") && !rest.elementsEqual("extends ".utf8)
    }

    private func isTagByte(_ byte: UInt8) -> Bool {
        isWordByte(byte) || [45, 46, 58].contains(byte)
    }

    /// Skips an element and its text; only the expressions in its braces have tokens.
    private mutating func element(depth: Int) {
        reader.index += 1
        guard openingTag(), depth < 200 else { return }
        while !reader.isAtEnd {
            if reader.isAhead("</") {
                while !reader.isAtEnd, reader.current != UInt8(ascii: ">") { reader.index += 1 }
                reader.index += 1
                break
            } else if reader.current == UInt8(ascii: "<") {
                element(depth: depth + 1)
            } else if reader.current == UInt8(ascii: "{") {
                braces()
            } else {
                reader.index += 1
            }
        }
        if depth == 0 { reader.output.append(.number, reader.index..<reader.index) }
    }

    /// Skips to behind the tag; whether the element has content.
    private mutating func openingTag() -> Bool {
        while !reader.isAtEnd {
            switch reader.current {
            case UInt8(ascii: ">"):
                reader.index += 1
                return true
            case UInt8(ascii: "/") where reader.byte(1) == UInt8(ascii: ">"):
                reader.index += 2
                return false
            case UInt8(ascii: "{"): braces()
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                let quote = reader.current
                reader.index += 1
                while !reader.isAtEnd, reader.current != quote { reader.index += 1 }
                reader.index += 1
            default: reader.index += 1
            }
        }
        return false
    }

    private mutating func braces() {
        reader.symbol()
        let opening = reader.index
        read(inBraces: true, from: opening)
    }

    /// Reads the code between braces of markup, whose braces are tokens.
    private mutating func read(inBraces: Bool, from opening: Int) {
        read(inBraces: inBraces)
        let closing = min(max(opening, reader.index - 1), reader.bytes.count - 1)
        reader.output.append(symbol: UInt8(ascii: "}"), at: closing)
    }
}
