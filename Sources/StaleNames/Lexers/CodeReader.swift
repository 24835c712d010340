/// Goes over the bytes of a program and collects its tokens; what the lexers share.
struct CodeReader {
    let bytes: [UInt8]
    var index = 0
    var output = CodeTokens()
    /// How deep strings with expressions in them are nested; beyond a bound they are not looked into.
    var nesting = 0

    static let deepest = 40

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    }

    var isAtEnd: Bool { index >= bytes.count }
    var current: UInt8 { byte(0) }

    /// A byte ahead of the current one, or behind it; 0 outside the text.
    func byte(_ ahead: Int) -> UInt8 {
        let place = index + ahead
        return place >= 0 && place < bytes.count ? bytes[place] : 0
    }

    func isAhead(_ text: StaticString) -> Bool {
        guard index + text.utf8CodeUnitCount <= bytes.count else { return false }
        return text.withUTF8Buffer {
            bytes[index..<index + text.utf8CodeUnitCount].elementsEqual($0)
        }
    }

    mutating func skipLine() {
        while !isAtEnd, current != UInt8(ascii: "\n") { index += 1 }
    }

    /// Skips a comment between `/*` and `*/`.
    mutating func skipBlockComment(nested: Bool) {
        var depth = 0
        repeat {
            if isAhead("/*") {
                depth = nested ? depth + 1 : 1
                index += 2
            } else if isAhead("*/") {
                depth -= 1
                index += 2
            } else {
                index += 1
            }
        } while depth > 0 && !isAtEnd
    }

    mutating func word() -> Range<Int> {
        let start = index
        while !isAtEnd, isWordByte(current) { index += 1 }
        return start..<index
    }

    /// Adds a number, with its exponent and suffixes.
    mutating func number() {
        let start = index
        while !isAtEnd, isWordByte(current) || (current == UInt8(ascii: ".") && isDigit(byte(1))) {
            index += 1
        }
        output.append(.number, start..<index)
    }

    mutating func symbol() {
        output.append(symbol: current, at: index)
        index += 1
    }

    /// Undoes the escape at the current backslash.
    ///
    /// - Parameters:
    ///   - length: How many bytes stand before the character that says which escape it is.
    ///   - literal: Takes what it stands for.
    mutating func escape(after length: Int, into literal: inout CodeLiteral) {
        let start = index
        index += length
        let kind = current
        index += 1
        switch kind {
        case UInt8(ascii: "n"): literal.text.append(10, at: start)
        case UInt8(ascii: "t"): literal.text.append(9, at: start)
        case UInt8(ascii: "r"): literal.text.append(13, at: start)
        case UInt8(ascii: "\r") where current == UInt8(ascii: "\n"): index += 1
        case UInt8(ascii: "\n"): break
        case UInt8(ascii: "0"): literal.text.append(32, at: start)
        case UInt8(ascii: "x"): scalar(digits: 2, from: start, into: &literal)
        case UInt8(ascii: "u") where current == UInt8(ascii: "{"):
            index += 1
            let digits = word()
            if current == UInt8(ascii: "}") { index += 1 }
            append(scalar: bytes[digits], from: start, into: &literal)
        case UInt8(ascii: "u"): scalar(digits: 4, from: start, into: &literal)
        case UInt8(ascii: "U"): scalar(digits: 8, from: start, into: &literal)
        default:
            guard index <= bytes.count else { return }
            literal.text.append(kind, at: start)
        }
    }

    private mutating func scalar(
        digits: Int, from start: Int, into literal: inout CodeLiteral
    ) {
        let end = min(index + digits, bytes.count)
        let text = bytes[index..<end]
        index = end
        append(scalar: text, from: start, into: &literal)
    }

    private func append(
        scalar digits: ArraySlice<UInt8>, from start: Int, into literal: inout CodeLiteral
    ) {
        let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        guard let code, code != 0, let scalar = Unicode.Scalar(code) else { return }
        literal.text.append(Array(String(scalar).utf8), at: start)
    }
}

func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

func isWordStart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...:
        true
    default: false
    }
}

func isWordByte(_ byte: UInt8) -> Bool { isWordStart(byte) || isDigit(byte) }

func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
