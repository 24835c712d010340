// The bytes of UTF-8 text, as the normal forms look at them.

extension UInt8 {
    var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }

    var isUpperCase: Bool { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self }

    var isLowerCaseOrDigit: Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= self || isDigit }

    /// Whether it is a control character or the space, of ASCII.
    var isSpaceOrControl: Bool { self <= 0x20 || self == 0x7f }

    /// The same letter in lower case, if it is one of A to Z.
    var lowercased: UInt8 { isUpperCase ? self | 0x20 : self }
}

extension Span<UInt8> {
    /// Whether ASCII characters stand at a place.
    func has(_ characters: StaticString, at start: Int) -> Bool {
        guard count - start >= characters.utf8CodeUnitCount else { return false }
        return characters.withUTF8Buffer { characters in
            for offset in characters.indices where self[start + offset] != characters[offset] {
                return false
            }
            return true
        }
    }
}

extension [UInt8] {
    /// Puts a to z in place of A to Z.
    mutating func lowercase() {
        var text = mutableSpan
        for index in text.indices { text[index] = text[index].lowercased }
    }
}

extension ArraySlice<UInt8> {
    /// Removes ASCII characters from the front, if they stand there, and says whether they did.
    mutating func drop(_ characters: StaticString) -> Bool {
        guard span.has(characters, at: 0) else { return false }
        removeFirst(characters.utf8CodeUnitCount)
        return true
    }

    /// The part before the first byte that satisfies a condition.
    func upTo(where isEnd: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        self[..<(firstIndex(where: isEnd) ?? endIndex)]
    }
}
