/// A script's text as libpg_query wants it: no byte order mark and no NUL.
struct Source {
    let text: String
    let bytes: [UInt8]
    private let start: Location

    init(_ script: String) throws(SyntaxError) {
        let marked = script.unicodeScalars.first == "\u{FEFF}"
        try self.init(
            marked ? String(script.unicodeScalars.dropFirst()) : script,
            from: Location(line: 1, column: 1, offset: marked ? 3 : 0))
    }

    init(_ text: String, from start: Location) throws(SyntaxError) {
        self.text = text
        self.start = start
        bytes = Array(text.utf8)
        if let nul = bytes.firstIndex(of: 0) {
            throw SyntaxError(.nul, "the text has a NUL character", at: location(at: nul))
        }
    }

    var cursor: LocationCursor { LocationCursor(bytes, from: start) }

    func location(at offset: Int) -> Location {
        var cursor = cursor
        return cursor.location(at: offset)
    }

    /// The text between two byte offsets.
    subscript(range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// The byte offset of a character counted from 1, as libpg_query's `cursorpos` does.
    func offset(ofCharacter position: Int) -> Int {
        var left = position
        for (offset, byte) in bytes.enumerated() where byte & 0xC0 != 0x80 {
            left -= 1
            if left <= 0 { return offset }
        }
        return bytes.count
    }

    func split() throws(SyntaxError) -> [Range<Int>] {
        do throws(PgQuery.Failure) {
            return try PgQuery.split(text)
        } catch {
            throw self.error(error)
        }
    }

    func scan() throws(SyntaxError) -> [ScannedToken] {
        do throws(PgQuery.Failure) {
            return ScannedToken.list(in: try PgQuery.scan(text))
        } catch {
            throw self.error(error)
        }
    }
}
