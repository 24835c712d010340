/// Splits Python into tokens: all prefixes of strings, and expressions in those with an `f` or a `t`.
struct PythonLexer {
    private var reader: CodeReader

    static func tokens(in bytes: [UInt8]) -> CodeTokens {
        var lexer = PythonLexer(reader: CodeReader(bytes))
        lexer.read(inBraces: false)
        return lexer.reader.output
    }

    /// Reads to the end or, in braces of a string, to the brace that closes them.
    private mutating func read(inBraces: Bool) {
        let outside = reader.output.depth
        while !reader.isAtEnd {
            let byte = reader.current
            let isOutermost = reader.output.depth == outside
            switch byte {
            case UInt8(ascii: "\n"):
                if isOutermost, !inBraces {
                    reader.output.append(.newline, reader.index..<reader.index + 1)
                }
                reader.index += 1
            case UInt8(ascii: "\\"): reader.index += reader.byte(1) == 13 ? 3 : 2
            case UInt8(ascii: "#"): reader.skipLine()
            case UInt8(ascii: "\""), UInt8(ascii: "'"): string(from: reader.index)
            case UInt8(ascii: "}") where inBraces && isOutermost:
                reader.index += 1
                return
            case UInt8(ascii: "!") where inBraces && isOutermost && reader.byte(1) != 61:
                reader.index += 1
            case UInt8(ascii: ":") where inBraces && isOutermost:
                skipFormat()
                return
            default:
                if isSpace(byte) {
                    reader.index += 1
                } else if isDigit(byte) {
                    reader.number()
                } else if isWordStart(byte) {
                    word()
                } else {
                    reader.symbol()
                }
            }
        }
    }

    private mutating func word() {
        let range = reader.word()
        let isQuote =
            reader.current == UInt8(ascii: "\"") || reader.current == UInt8(ascii: "'")
        if isQuote, range.count <= 3, reader.bytes[range].allSatisfy(Self.isPrefix) {
            string(from: range.lowerBound)
        } else {
            reader.output.append(.name, range)
        }
    }

    private static func isPrefix(_ byte: UInt8) -> Bool {
        "rRbBuUfFtT".utf8.contains(byte)
    }

    /// Reads a string whose prefix begins at `start` and whose quote is the current byte.
    private mutating func string(from start: Int) {
        let prefix = reader.bytes[start..<reader.index].map { $0 | 0x20 }
        let isRaw = prefix.contains(UInt8(ascii: "r"))
        let hasHoles = prefix.contains(UInt8(ascii: "f")) || prefix.contains(UInt8(ascii: "t"))
        let quote = reader.current
        let isTriple = reader.byte(1) == quote && reader.byte(2) == quote
        reader.index += isTriple ? 3 : 1
        var literal = CodeLiteral()
        while !reader.isAtEnd {
            let byte = reader.current
            if byte == quote, !isTriple || (reader.byte(1) == quote && reader.byte(2) == quote) {
                reader.index += isTriple ? 3 : 1
                break
            } else if byte == UInt8(ascii: "\n"), !isTriple {
                break
            } else if byte == UInt8(ascii: "\\") {
                backslash(isRaw: isRaw, into: &literal)
            } else if hasHoles, byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") {
                brace(byte, into: &literal)
            } else {
                literal.text.append(byte == 0 ? 32 : byte, at: reader.index)
                reader.index += 1
            }
        }
        reader.output.append(literal, start..<reader.index)
    }

    private mutating func backslash(isRaw: Bool, into literal: inout CodeLiteral) {
        guard isRaw else { return reader.escape(after: 1, into: &literal) }
        // A quote behind a backslash does not end a raw string, and both stay.
        for _ in 0..<2 where !reader.isAtEnd {
            literal.text.append(reader.current, at: reader.index)
            reader.index += 1
        }
    }

    private mutating func brace(_ byte: UInt8, into literal: inout CodeLiteral) {
        if reader.byte(1) == byte || byte == UInt8(ascii: "}") {
            literal.text.append(byte, at: reader.index)
            reader.index += reader.byte(1) == byte ? 2 : 1
            return
        }
        literal.text.append(MappedText.hole, at: reader.index)
        reader.index += 1
        literal.holes.append(expression())
    }

    /// The expression up to the brace that closes the current one.
    private mutating func expression() -> CodeTokens {
        guard reader.nesting < CodeReader.deepest else {
            skipFormat()
            return CodeTokens()
        }
        let outside = reader.output
        reader.output = CodeTokens()
        reader.nesting += 1
        read(inBraces: true)
        reader.nesting -= 1
        defer { reader.output = outside }
        return reader.output
    }

    /// Skips how a value is formatted, to the brace that closes it.
    private mutating func skipFormat() {
        var depth = 1
        while !reader.isAtEnd, depth > 0 {
            if reader.current == UInt8(ascii: "{") { depth += 1 }
            if reader.current == UInt8(ascii: "}") { depth -= 1 }
            reader.index += 1
        }
    }
}
