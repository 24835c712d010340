/// Splits Swift into tokens: raw strings, strings of several lines, and expressions in them.
struct SwiftLexer {
    private var reader: CodeReader

    static func tokens(in bytes: [UInt8]) -> CodeTokens {
        var lexer = SwiftLexer(reader: CodeReader(bytes))
        lexer.read(inParentheses: false)
        return lexer.reader.output
    }

    private mutating func read(inParentheses: Bool) {
        let outside = reader.output.depth
        while !reader.isAtEnd {
            let byte = reader.current
            switch byte {
            case UInt8(ascii: "/") where reader.byte(1) == UInt8(ascii: "/"): reader.skipLine()
            case UInt8(ascii: "/") where reader.byte(1) == UInt8(ascii: "*"):
                reader.skipBlockComment(nested: true)
            case UInt8(ascii: "\""): string(from: reader.index, marks: 0)
            case UInt8(ascii: "#"): hash()
            case UInt8(ascii: ")") where inParentheses && reader.output.depth == outside:
                reader.index += 1
                return
            case UInt8(ascii: "`"): reader.index += 1
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

    /// Reads what begins with `#`: a raw string, a regular expression, or a directive.
    private mutating func hash() {
        let start = reader.index
        while reader.current == UInt8(ascii: "#") { reader.index += 1 }
        let marks = reader.index - start
        if reader.current == UInt8(ascii: "\"") {
            string(from: start, marks: marks)
        } else if reader.current == UInt8(ascii: "/") {
            while !reader.isAtEnd, !(reader.byte(-1) == UInt8(ascii: "/") && endsRaw(marks)) {
                reader.index += 1
            }
            reader.index += marks
        }
    }

    /// Whether as many `#` are ahead as opened the string.
    private func endsRaw(_ marks: Int) -> Bool {
        (0..<marks).allSatisfy { reader.byte($0) == UInt8(ascii: "#") }
    }

    private mutating func string(from start: Int, marks: Int) {
        let isLong = reader.isAhead("\"\"\"")
        reader.index += isLong ? 3 : 1
        if isLong, reader.current == UInt8(ascii: "\n") { reader.index += 1 }
        var literal = CodeLiteral()
        while !reader.isAtEnd {
            let byte = reader.current
            if byte == UInt8(ascii: "\""), closes(isLong: isLong, marks: marks) {
                reader.index += (isLong ? 3 : 1) + marks
                break
            } else if byte == UInt8(ascii: "\n"), !isLong {
                break
            } else if byte == UInt8(ascii: "\\"), escapes(marks) {
                escape(marks, into: &literal)
            } else {
                literal.text.append(byte == 0 ? 32 : byte, at: reader.index)
                reader.index += 1
            }
        }
        reader.output.append(literal, start..<min(reader.index, reader.bytes.count))
    }

    private func closes(isLong: Bool, marks: Int) -> Bool {
        if isLong, !reader.isAhead("\"\"\"") { return false }
        let length = isLong ? 3 : 1
        return (0..<marks).allSatisfy { reader.byte(length + $0) == UInt8(ascii: "#") }
    }

    private func escapes(_ marks: Int) -> Bool {
        (0..<marks).allSatisfy { reader.byte(1 + $0) == UInt8(ascii: "#") }
    }

    private mutating func escape(_ marks: Int, into literal: inout CodeLiteral) {
        guard reader.byte(1 + marks) == UInt8(ascii: "(") else {
            return reader.escape(after: 1 + marks, into: &literal)
        }
        literal.text.append(MappedText.hole, at: reader.index)
        reader.index += 2 + marks
        let outside = reader.output
        reader.output = CodeTokens()
        reader.nesting += 1
        if reader.nesting <= CodeReader.deepest { read(inParentheses: true) }
        reader.nesting -= 1
        literal.holes.append(reader.output)
        reader.output = outside
    }
}
