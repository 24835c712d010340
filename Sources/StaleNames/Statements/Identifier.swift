extension MappedText {
    /// The byte at which a character stands that is counted from 1, as the server counts.
    func offset(ofCharacter position: Int) -> Int {
        var left = position
        for (offset, byte) in bytes.enumerated() where byte & 0xC0 != 0x80 {
            left -= 1
            if left <= 0 { return offset }
        }
        return count
    }

    /// The name that begins at a byte, as PostgreSQL folds it.
    func identifier(at offset: Int) -> Identifier { Identifier(bytes, at: offset) }
}

/// A name of one or more parts in a statement.
struct Identifier {
    private(set) var parts: [String] = []
    /// How many bytes it takes.
    private(set) var length = 0
    /// Where its last part begins, from its beginning.
    private(set) var lastStart = 0

    init(_ bytes: [UInt8], at start: Int) {
        var index = start
        while index < bytes.count {
            let part = index
            guard let (name, end) = Self.part(bytes, at: index) else { break }
            parts.append(name)
            lastStart = part - start
            index = end
            length = index - start
            var next = index
            while next < bytes.count, isSpace(bytes[next]) { next += 1 }
            guard next < bytes.count, bytes[next] == UInt8(ascii: ".") else { break }
            next += 1
            while next < bytes.count, isSpace(bytes[next]) { next += 1 }
            index = next
        }
    }

    private static func part(_ bytes: [UInt8], at start: Int) -> (String, end: Int)? {
        var index = start
        if bytes[start] == UInt8(ascii: "\"") {
            index += 1
            while index < bytes.count, bytes[index] != UInt8(ascii: "\"") { index += 1 }
            let name = String(decoding: bytes[min(start + 1, index)..<index], as: UTF8.self)
            return (name, min(index + 1, bytes.count))
        }
        guard isWordStart(bytes[start]) else { return nil }
        while index < bytes.count, isWordByte(bytes[index]) { index += 1 }
        return (String(decoding: bytes[start..<index], as: UTF8.self).lowercased(), index)
    }
}
