/// A word, constant, symbol or comment of a script.
public struct Token: Hashable, Sendable {
    /// The classes of PostgreSQL's lexer.
    public enum Kind: Hashable, Sendable {
        /// A name, quoted or not.
        case identifier
        /// A word that the grammar knows.
        case keyword
        /// A numeric constant.
        case number
        /// A string or bit-string constant, with its quotes.
        case string
        /// A parameter, such as `$1`.
        case parameter
        /// An operator or punctuation.
        case symbol
        /// A comment, with its `--` or its `/*` and `*/`.
        case comment
    }

    /// Which class it is of.
    public let kind: Kind
    /// The text as written.
    public let text: String
    /// Where it begins.
    public let location: Location
}

/// Splits `script` into the tokens of PostgreSQL's lexer, comments among them.
///
/// The script need not be correct SQL: a PL/pgSQL body has the same tokens.
///
/// - Parameter script: The text to read.
/// - Returns: The tokens in order.
/// - Throws: A ``SyntaxError`` if, say, a quote is never closed.
public func tokens(in script: String) throws(SyntaxError) -> [Token] {
    let source = try Source(script)
    var cursor = source.cursor
    return try source.scan().map { token in source.token(token, &cursor) }
}

extension Source {
    func token(_ token: ScannedToken, _ cursor: inout LocationCursor) -> Token {
        Token(
            kind: token.kind, text: self[token.start..<token.end],
            location: cursor.location(at: token.start))
    }
}

/// A token as `pg_query_scan` reports it: two byte offsets and its number in the grammar.
struct ScannedToken {
    var start = 0
    var end = 0
    var code = 0

    var isComment: Bool { code == Code.lineComment || code == Code.blockComment }

    var kind: Token.Kind {
        switch code {
        case Code.comments: .comment
        case Code.firstKeyword...: .keyword
        case 258, 259: .identifier
        case 260, 266: .number
        case Code.string, 262...264: .string
        case 267: .parameter
        default: .symbol
        }
    }

    /// The numbers that `pg_query.proto` gives its `Token`s.
    enum Code {
        static let openParenthesis = 40, closeParenthesis = 41, comma = 44, semicolon = 59
        static let openBracket = 91, closeBracket = 93
        static let string = 261
        static let lineComment = 275, blockComment = 276, comments = 275...276
        static let firstKeyword = 277
        static let and = 291, `case` = 321, end = 401, except = 405, intersect = 471, join = 478
        static let or = 548, union = 689
    }
}

extension ScannedToken {
    /// Decodes a protobuf `ScanResult`: fields 2 are `ScanToken { start = 1, end = 2, token = 4 }`.
    static func list(in message: [UInt8]) -> [ScannedToken] {
        var tokens: [ScannedToken] = []
        var fields = ProtobufFields(message[...])
        while let (number, value) = fields.next() {
            if number == 2, case .bytes(let bytes) = value { tokens.append(ScannedToken(bytes)) }
        }
        return tokens
    }

    private init(_ message: ArraySlice<UInt8>) {
        var fields = ProtobufFields(message)
        while let (number, value) = fields.next() {
            guard case .number(let value) = value else { continue }
            switch number {
            case 1: start = value
            case 2: end = value
            case 4: code = value
            default: break
            }
        }
    }
}

/// The fields of a protobuf message that has only integers and nested messages.
private struct ProtobufFields {
    enum Value {
        case number(Int)
        case bytes(ArraySlice<UInt8>)
    }

    private var rest: ArraySlice<UInt8>

    init(_ message: ArraySlice<UInt8>) { rest = message }

    mutating func next() -> (number: Int, value: Value)? {
        guard let key = integer(), let value = integer() else { return nil }
        guard key & 7 == 2 else { return (key >> 3, .number(value)) }
        let bytes = rest.prefix(value)
        rest = rest.dropFirst(value)
        return (key >> 3, .bytes(bytes))
    }

    private mutating func integer() -> Int? {
        var value = 0
        for shift in stride(from: 0, to: 63, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            value |= Int(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}
