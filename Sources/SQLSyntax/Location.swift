/// A place in a script.
public struct Location: Hashable, Sendable {
    /// Counted from 1.
    public var line: Int
    /// Counted from 1, in Unicode scalars, as PostgreSQL counts its error positions.
    public var column: Int
    /// Counted from 0, in UTF-8 bytes.
    public var offset: Int

    /// Names the place at a line, a column and a byte offset.
    public init(line: Int, column: Int, offset: Int) {
        self.line = line
        self.column = column
        self.offset = offset
    }
}

extension Location: CustomStringConvertible {
    /// Such as `3:14`.
    public var description: String { "\(line):\(column)" }
}

/// Turns byte offsets into locations; asked in ascending order, it reads the text only once.
struct LocationCursor {
    private let bytes: [UInt8]
    private let start: Location
    private var index = 0
    private var location: Location

    /// - Parameters:
    ///   - bytes: The text.
    ///   - start: Where its first byte stands.
    init(_ bytes: [UInt8], from start: Location) {
        self.bytes = bytes
        self.start = start
        location = start
    }

    mutating func location(at offset: Int) -> Location {
        if offset < index { (index, location) = (0, start) }
        while index < min(offset, bytes.count) {
            if bytes[index] == UInt8(ascii: "\n") {
                location.line += 1
                location.column = 1
            } else if bytes[index] & 0xC0 != 0x80 {
                location.column += 1
            }
            index += 1
        }
        location.offset = start.offset + index
        return location
    }
}
