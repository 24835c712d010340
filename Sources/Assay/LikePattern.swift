/// A SQL LIKE pattern, matched over the characters of UTF-8 as PostgreSQL does.
package struct LikePattern: Sendable {
    private enum Token: Equatable {
        case any
        case one
        case exactly(UInt8)
    }

    private let tokens: [Token]

    package init(_ pattern: String) {
        var tokens: [Token] = []
        var escaped = false
        for byte in pattern.utf8 {
            if escaped {
                tokens.append(.exactly(byte))
                escaped = false
            } else if byte == UInt8(ascii: "\\") {
                escaped = true
            } else if byte == UInt8(ascii: "%") {
                if tokens.last != .any { tokens.append(.any) }
            } else {
                tokens.append(byte == UInt8(ascii: "_") ? .one : .exactly(byte))
            }
        }
        self.tokens = tokens
    }

    /// The shortest text that fits.
    var shortest: String {
        let bytes = tokens.compactMap { token -> UInt8? in
            switch token {
            case .any: nil
            case .one: UInt8(ascii: "a")
            case .exactly(let byte): byte
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether the whole text fits.
    ///
    /// Linear but for one step back to the last `%`.
    package func matches(_ text: Span<UInt8>) -> Bool {
        var position = 0
        var token = 0
        var restart: (token: Int, position: Int)?
        while position < text.count {
            if token < tokens.count, tokens[token] == .any {
                token += 1
                if token == tokens.count { return true }
                restart = (token, position)
            } else if token < tokens.count, tokens[token] == .one {
                token += 1
                position = text.character(after: position)
            } else if token < tokens.count, tokens[token] == .exactly(text[position]) {
                token += 1
                position += 1
            } else if let last = restart {
                token = last.token
                position = text.character(after: last.position)
                restart = (token, position)
            } else {
                return false
            }
        }
        return tokens[token...].allSatisfy { $0 == .any }
    }
}

extension Span<UInt8> {
    /// Where the character after the one at a place begins.
    fileprivate func character(after place: Int) -> Int {
        var next = place + 1
        while next < count, self[next] & 0xc0 == 0x80 { next += 1 }
        return next
    }
}
