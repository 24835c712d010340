/// The source of a DO block or a routine, which PostgreSQL keeps as a string.
public struct RoutineBody: Hashable, Sendable {
    /// The language, such as `plpgsql`.
    public let language: String
    /// The text between the quotes, with its escapes undone.
    public let source: String
    /// Where that text begins in the script.
    public let location: Location

    /// Whether the language is PL/pgSQL.
    public var isPLpgSQL: Bool { language == "plpgsql" }

    /// Its tokens, comments among them, at their places in the script; none where it has no tokens of SQL.
    public var tokens: [Token] {
        guard let source = try? Source(self.source, from: location),
            let scanned = try? source.scan()
        else { return [] }
        var cursor = source.cursor
        return scanned.map { source.token($0, &cursor) }
    }
}

extension Statement {
    /// The language and source of a DO block.
    public var doBody: RoutineBody? {
        nodeType == "DoStmt" ? body(in: node["args"], unless: "plpgsql") : nil
    }

    /// The language and source of what CREATE FUNCTION or CREATE PROCEDURE gives as a string.
    ///
    /// A `BEGIN ATOMIC` body is no string: ``atomicBody`` has its statements.
    public var routineBody: RoutineBody? {
        nodeType == "CreateFunctionStmt" ? body(in: node["options"], unless: "sql") : nil
    }

    /// The statements of a `BEGIN ATOMIC` body, but for its RETURN.
    public var atomicBody: [Statement] {
        guard nodeType == "CreateFunctionStmt", !node["sql_body"]["List"].isNull,
            let source = try? Source(text, from: location), let tokens = try? source.scan()
        else { return [] }
        let words = tokens.filter { !$0.isComment }.map {
            (range: $0.start..<$0.end, text: source[$0.start..<$0.end].lowercased())
        }
        let start = zip(words, words.dropFirst()).first {
            $0.text == "begin" && $1.text == "atomic"
        }?.1.range.upperBound
        guard let start, let end = words.last(where: { $0.text == "end" })?.range.lowerBound,
            start < end,
            let body = try? Source(source[start..<end], from: source.location(at: start))
        else { return [] }
        return body.readablePieces().statements
    }

    private func body(in options: SyntaxTree, unless language: String) -> RoutineBody? {
        let options = options.array.map { $0["DefElem"] }
        guard let option = options.first(where: { $0["defname"].string == "as" }) else {
            return nil
        }
        let source =
            option["arg"]["String"]["sval"].string ?? option["arg"]["List"]["items"].names.first
        let named = options.first { $0["defname"].string == "language" }
        return source.map {
            RoutineBody(
                language: named?["arg"]["String"]["sval"].string ?? language, source: $0,
                location: locationOfString(from: option["location"].number ?? 0))
        }
    }

    /// Where the text of the first string constant begins that stands at `offset` or behind it.
    private func locationOfString(from offset: Int) -> Location {
        guard let source = try? Source(text, from: location), let tokens = try? source.scan(),
            let string = tokens.first(where: { $0.start >= offset && $0.kind == .string })
        else { return location }
        let quoted = source.bytes[string.start..<string.end]
        let isDollar = quoted.first == UInt8(ascii: "$")
        let mark = isDollar ? UInt8(ascii: "$") : UInt8(ascii: "'")
        let opening = quoted.dropFirst(isDollar ? 1 : 0).firstIndex(of: mark)
        return source.location(at: (opening ?? string.start) + 1)
    }
}
