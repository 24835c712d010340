/// One statement of a script, as PostgreSQL's grammar reads it.
public struct Statement: Sendable {
    /// The text from the first token to the last, without the semicolon.
    public let text: String
    /// Where its first token stands.
    public let location: Location
    /// The command, such as `CREATE INDEX`.
    public let kind: StatementKind
    /// The parse tree: an object whose one member is named for the node, such as `IndexStmt`.
    ///
    /// Its `location` fields are byte offsets in ``text``.
    public let tree: SyntaxTree
    /// The comments before it, in it, and behind it up to the end of its last line.
    public let comments: [Token]

    /// The type of the tree's root, such as `IndexStmt`.
    public var nodeType: String { tree.members.first?.key ?? "" }

    /// The fields of the tree's root.
    public var node: SyntaxTree { tree.members.first?.value ?? .null }

    /// Turns a `location` of the tree into a place in the script.
    public func location(atOffset offset: Int) -> Location {
        var cursor = cursor
        return cursor.location(at: offset)
    }

    var cursor: LocationCursor { LocationCursor(Array(text.utf8), from: location) }
}

/// Reads a script's statements, in order.
///
/// - Parameter script: SQL, with or without a byte order mark; a last semicolon may be missing.
/// - Returns: The statements; none if there are only spaces and comments.
/// - Throws: A ``SyntaxError`` for the first text that PostgreSQL's grammar does not know.
public func statements(in script: String) throws(SyntaxError) -> [Statement] {
    try Source(script).statements()
}

extension Source {
    /// The statements of the text, in order.
    func statements() throws(SyntaxError) -> [Statement] {
        let ranges = try split()
        var reader = StatementReader(self, tokens: try scan())
        var statements: [Statement] = []
        statements.reserveCapacity(ranges.count)
        for range in ranges {
            if let statement = try reader.statement(endingBefore: range.upperBound) {
                statements.append(statement)
            }
        }
        return statements
    }
}

/// Names the shape of a statement: the same whatever its constants, spaces and comments are.
///
/// - Parameter statement: One statement or more.
/// - Returns: libpg_query's fingerprint, 16 hexadecimal digits.
/// - Throws: A ``SyntaxError`` if it is not SQL.
public func fingerprint(of statement: String) throws(SyntaxError) -> String {
    let source = try Source(statement)
    _ = try source.split()
    guard Nesting.isReadable(try source.scan()[...]) else { throw source.tooDeep(at: 0) }
    do throws(PgQuery.Failure) {
        return try PgQuery.fingerprint(source.text)
    } catch {
        throw source.error(error)
    }
}

/// Goes once through a script's tokens, statement by statement.
private struct StatementReader {
    private let source: Source
    private let tokens: [ScannedToken]
    private var next = 0
    private var cursor: LocationCursor

    init(_ source: Source, tokens: [ScannedToken]) {
        self.source = source
        self.tokens = tokens
        cursor = source.cursor
    }

    mutating func statement(endingBefore end: Int) throws(SyntaxError) -> Statement? {
        var comments: [Token] = []
        var words: Range<Int>?
        var location = Location(line: 1, column: 1, offset: 0)
        while next < tokens.count, tokens[next].start < end {
            if tokens[next].isComment {
                comments.append(source.token(tokens[next], &cursor))
            } else if let start = words?.lowerBound {
                words = start..<next + 1
            } else if tokens[next].code != ScannedToken.Code.semicolon {
                words = next..<next + 1
                location = cursor.location(at: tokens[next].start)
            }
            next += 1
        }
        guard let words else { return nil }
        comments += commentBehindSemicolon()
        let start = tokens[words.lowerBound].start
        let text = source[start..<tokens[words.upperBound - 1].end]
        guard Nesting.isReadable(tokens[words]) else { throw source.tooDeep(at: start) }
        let tree = try tree(of: text, at: start)
        return Statement(
            text: text, location: location, kind: StatementKind(of: tree), tree: tree,
            comments: comments)
    }

    /// A `--` comment on the line where the statement ends speaks of that statement.
    private mutating func commentBehindSemicolon() -> [Token] {
        guard next + 1 < tokens.count, tokens[next].code == ScannedToken.Code.semicolon,
            tokens[next + 1].code == ScannedToken.Code.lineComment,
            !source.bytes[tokens[next].end..<tokens[next + 1].start].contains(UInt8(ascii: "\n"))
        else { return [] }
        defer { next += 2 }
        return [source.token(tokens[next + 1], &cursor)]
    }

    private func tree(of text: String, at start: Int) throws(SyntaxError) -> SyntaxTree {
        do {
            let json = try PgQuery.parse(text)
            return try SyntaxTreeReader.tree(in: json)["stmts"][0]["stmt"]
        } catch let failure as PgQuery.Failure {
            throw SyntaxError(.grammar, failure.message, at: source.location(at: start))
        } catch SyntaxTreeReader.Failure.depth {
            throw source.tooDeep(at: start)
        } catch {
            throw SyntaxError(
                .grammar, "the parse tree is malformed (\(error))", at: source.location(at: start))
        }
    }
}
